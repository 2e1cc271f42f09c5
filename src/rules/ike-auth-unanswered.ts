import { swanctlSecret } from '../config/swanctl/written.js';
import type { CaptureFacts } from '../model/capture-facts.js';
import type { IkeSession } from '../model/ike-session.js';
import { EXCHANGE } from '../wire/ike/tables/exchange-types.js';
import { finding, type Rule } from './rule.js';
import { attemptsOf, furtherAttempts, recoveryText } from './shared/attempts.js';
import {
  cameUp,
  distinctMessages,
  hasKeys,
  initiatorOf,
  MAIN_MODE,
  repetitionText,
  responderHeard,
  responderOf,
  type Silence,
  seen,
  trailingSilence,
} from './shared/handshake.js';

type Stage = 'message 3' | 'message 5' | 'IKE_AUTH' | 'IKE_INTERMEDIATE';

/** F25, F28, F60: the peer was there, then says nothing to the message that matters. */
export const rule: Rule = {
  code: 'ike/auth-unanswered',
  title: 'The peer falls silent before authentication is through',
  severity: 'error',
  refs: ['RFC 7296 §2.21.2', 'RFC 2409 §5.4', 'RFC 2409 §5'],
  dependsOn: [
    'ike/natt-4500-blocked',
    'ike/large-message-lost',
    'ike/auth-failed',
    'path/port-unreachable',
    'path/admin-prohibited',
    'path/host-unreachable',
    'path/routing-loop',
  ],
  *evaluate(facts) {
    for (const attempts of attemptsOf(facts, (session) => stuck(facts, session))) {
      const { peers, session, hit, severity } = attempts;
      const { silence, stage } = hit;
      const { cause, fix } = ADVICE[stage](session);
      yield finding(rule, {
        severity,
        confidence: 0.75,
        subject: peers.subject,
        title: `${responderOf(session)} does not answer ${stage === 'message 3' || stage === 'message 5' ? `${stage} of Main Mode` : stage}: ${initiatorOf(session)} sent it ${repetitionText(silence)} to UDP ${silence.message.dst.port ?? 500}${furtherAttempts(attempts)}`,
        cause: `${cause}${repeatText(session, silence)}${recoveryText(attempts)}`,
        evidence: [
          ...distinctMessages(session)
            .filter((m) => !m.fromInitiator)
            .slice(-1)
            .map((m) => seen(m, 'the last that the responder said')),
          ...silence.copies.slice(0, 4).map((m) => seen(m, `${stage}, ${m.length} bytes, unanswered`)),
        ],
        fix,
        retest: `read the responder's log while the initiator tries again, and capture there: vpndoctor sniff -i any --ike --host ${session.initiator.address}`,
      });
    }
  },
};

function stuck(facts: CaptureFacts, session: IkeSession): { readonly silence: Silence; readonly stage: Stage } | undefined {
  if (!responderHeard(session) || cameUp(session)) return undefined;
  const silence = trailingSilence(facts, session);
  if (silence === undefined || !silence.message.fromInitiator) return undefined;
  const stage = stageOf(session, silence);
  return stage === undefined ? undefined : { silence, stage };
}

function stageOf(session: IkeSession, { message }: Silence): Stage | undefined {
  if (session.protocol === 'ikev1') {
    if (message.exchangeType !== MAIN_MODE) return undefined;
    if (message.encrypted) return hasKeys(session) ? 'message 5' : undefined;
    return message.payloads.includes('KE') && !hasKeys(session) ? 'message 3' : undefined;
  }
  if (!hasKeys(session)) return undefined;
  if (message.exchangeType === EXCHANGE.IKE_AUTH) return 'IKE_AUTH';
  return message.exchangeType === EXCHANGE.IKE_INTERMEDIATE ? 'IKE_INTERMEDIATE' : undefined;
}

/** A responder that repeats its own last message waits for this one: it did not come, or could not be read. */
function repeatText(session: IkeSession, { message }: Silence): string {
  const repeated = session.messages.find(
    (m) => !m.fromInitiator && m.retransmissionOf !== undefined && m.duplicate === undefined && m.frame > message.frame,
  );
  return repeated === undefined
    ? ''
    : ` The responder repeats its own last message (packet ${repeated.frame}): it still waits for this one, which did not arrive or could not be read.`;
}

type Advice = (session: IkeSession) => {
  readonly cause: string;
  readonly fix: readonly { readonly end: 'ours' | 'theirs' | 'path'; readonly text: string }[];
};

const ADVICE: Readonly<Record<Stage, Advice>> = {
  'message 3': ({ initiator }) => ({
    cause: `The proposal was accepted, then the responder stays silent towards the key exchange. A responder without a pre-shared key (ASA: without a tunnel-group) for ${initiator.address} does that, and so does a path that loses this larger message. Its log tells them apart: "no preshared key found", "no shared key found", or no trace of the message.`,
    fix: [
      { end: 'theirs', text: `ipsec.secrets (libreswan, Openswan): OUR-ID ${initiator.address} : PSK "…"` },
      { end: 'theirs', text: `swanctl.conf (strongSwan), below secrets:\n${swanctlSecret('ike-peer', [initiator.address], '…')}` },
      {
        end: 'theirs',
        text: `Cisco ASA: tunnel-group ${initiator.address} type ipsec-l2l / tunnel-group ${initiator.address} ipsec-attributes / ikev1 pre-shared-key …`,
      },
    ],
  }),
  'message 5': ({ initiator, responder }) => ({
    cause:
      'Message 5 is the first encrypted one. A responder with another pre-shared key cannot read it and may stay silent or say PAYLOAD-MALFORMED; it picks the key by address, so the right secret under the wrong address looks the same. A lost message, or a lost answer, looks the same too. The responder\'s log tells: "malformed payload in packet" or "could not decrypt payloads" is the key, "no suitable connection for peer" the identity, nothing at all the path.',
    fix: [
      {
        end: 'ours',
        text: `ipsec.secrets (libreswan, Openswan): ${initiator.address} ${responder.address} : PSK "…" (both ends the same, mind quotes and trailing blanks)`,
      },
      {
        end: 'theirs',
        text: `ipsec.secrets: ${responder.address} ${initiator.address} : PSK "…"; swanctl.conf secrets.ike-peer.secret; Cisco ASA: tunnel-group ${initiator.address} ipsec-attributes / ikev1 pre-shared-key …`,
      },
      { end: 'path', text: `see whether message 5 arrives: vpndoctor sniff -i any --ike at ${responder.address}` },
    ],
  }),
  IKE_AUTH: ({ initiator, responder }) => ({
    cause: `A responder that reads IKE_AUTH answers it, also when it refuses (RFC 7296 §2.21.2). So either the request or the answer is lost (a firewall that loses state, a filter on the size), or the responder cannot decrypt it: its integrity check fails and it stays silent. The first shows in a capture at ${responder.address}, the second in its log ("integrity check failed").`,
    fix: [
      { end: 'path', text: `permit UDP 500 and 4500 both ways between ${initiator.address} and ${responder.address}` },
      { end: 'theirs', text: 'read the log at the time of the request: an answer sent, "integrity check failed", or nothing' },
    ],
  }),
  IKE_INTERMEDIATE: ({ responder }) => ({
    cause: `The additional key exchange (RFC 9242, RFC 9370) gets no answer. Its messages are large (ML-KEM-768 takes over 1,100 bytes each way): lost on the path, or the responder ${responder.address} fails in it.`,
    fix: [
      { end: 'ours', text: 'try without the additional key exchange: drop ke1_mlkem768 from proposals' },
      { end: 'theirs', text: 'fragmentation = yes and a look into the log' },
    ],
  }),
};
