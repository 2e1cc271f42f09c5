import type { CaptureFacts } from '../model/capture-facts.js';
import type { Evidence } from '../model/finding.js';
import type { IkeMessageFacts, IkeSession } from '../model/ike-session.js';
import { secondsBetween } from '../model/seconds-between.js';
import { EXCHANGE, EXCHANGE_V1 } from '../wire/ike/tables/exchange-types.js';
import { finding, type Rule } from './rule.js';
import { attemptsOf, furtherAttempts } from './shared/attempts.js';
import { listenedAfter } from './shared/clock.js';
import { copiesOf, distinctMessages, seen, senderOf } from './shared/handshake.js';
import { createChildExchanges, quickModes } from './shared/phase2.js';
import { sealedSize, sizeText } from './shared/sealed-size.js';

const PATIENCE = 10;
/** Messages so close to each other, in seconds, were sent without knowing of one another. */
const AT_ONCE = 2;

interface Failure {
  readonly request: IkeMessageFacts;
  readonly reply: IkeMessageFacts | undefined;
  readonly notify: string | undefined;
  /** A later one of the same end went through. */
  readonly resolved: boolean;
}

/** F49: what came up at first cannot be renewed, and traffic dies when the lifetime ends. */
export const rule: Rule = {
  code: 'ike/rekey-failed',
  title: 'A rekey, or a further CHILD_SA, is refused',
  severity: 'error',
  refs: ['RFC 7296 §1.3', 'RFC 7296 §2.8', 'RFC 7296 §2.17', 'RFC 7296 §2.25', 'RFC 2409 §5.5'],
  dependsOn: ['ike/ts-unacceptable', 'ike/child-refused', 'ike/dpd-timeout'],
  *evaluate(facts) {
    for (const attempts of attemptsOf(facts, (session) =>
      session.protocol === 'ikev2' ? failureV2(facts, session) : failureV1(session),
    )) {
      const { peers, session, hit } = attempts;
      const size = hit.reply === undefined ? undefined : sealedSize(session, hit.reply);
      const asked = senderOf(session, !hit.request.fromInitiator);
      const what = session.protocol === 'ikev2' ? 'CREATE_CHILD_SA' : 'a later Quick Mode';
      yield finding(rule, {
        severity: hit.resolved ? 'info' : 'error',
        confidence: hit.notify !== undefined ? 0.97 : hit.reply === undefined ? 0.7 : 0.85,
        subject: peers.subject,
        title:
          hit.reply === undefined
            ? `${asked} does not answer ${what}, sent ${copiesOf(session, hit.request).length} times${furtherAttempts(attempts)}`
            : `${asked} refuses ${what}${hit.notify === undefined ? ` with ${hit.reply.length} bytes (contents encrypted)` : `: N(${hit.notify})`}${hit.resolved ? '; a later one went through' : ''}${furtherAttempts(attempts)}`,
        cause: `${
          hit.reply === undefined
            ? 'The tunnel was up; the request to renew it, or to add to it, is not answered.'
            : hit.notify === undefined
              ? `The notify is hidden${size === undefined ? '' : `; the reply has ${sizeText(size)}, too few for an SA and a nonce`}. NO_PROPOSAL_CHOSEN takes 8, INVALID_KE_PAYLOAD 10 (normal once, the request then comes again with the group asked for), TEMPORARY_FAILURE 8 (normal when two rekeys cross).`
              : 'The notify was read with the keys given.'
        } The first CHILD_SA takes its keys from IKE_SA_INIT without a Diffie-Hellman group of its own, so ends that disagree on PFS come up and fail at the first rekey: traffic then stops when the lifetime ends.`,
        evidence: evidence(session, hit),
        fix: [
          {
            end: 'either',
            text: 'the same PFS group at both ends: libreswan pfs=yes with esp=aes256-sha2_256;modp2048; swanctl.conf esp_proposals = aes256-sha256-modp2048; Cisco ASA: crypto map MAP 10 set pfs group14. Or none at both: pfs=no; esp_proposals without a group; no set pfs',
          },
          {
            end: 'theirs',
            text: 'its log at that time: "no acceptable proposal found", "CHILD_SA rekeying failed" (charon), "no local proposal matches" (pluto)',
          },
        ],
        retest:
          'force a rekey: swanctl --rekey --child NAME, or ipsec whack --rekey-ipsec --name NAME (libreswan), with vpndoctor sniff --ike running',
      });
    }
  },
};

function failureV2(facts: CaptureFacts, session: IkeSession): Failure | undefined {
  const exchanges = createChildExchanges(session);
  const failed = exchanges.findLast(
    ({ request, reply, refused }) =>
      refused || (reply === undefined && copiesOf(session, request).length > 2 && listenedAfter(facts, request) >= PATIENCE),
  );
  if (failed === undefined || crossesTheEnd(session, failed.reply)) return undefined;
  const resolved = exchanges.some(({ request, reply, refused }) => request.frame > failed.request.frame && reply !== undefined && !refused);
  return { request: failed.request, reply: failed.reply, notify: failed.reply?.notifies.find(({ isError }) => isError)?.name, resolved };
}

/**
 * The end that refuses was closing the IKE SA at that moment: it had just sent an INFORMATIONAL of its own, and nothing but
 * answers followed. TEMPORARY_FAILURE is right then (RFC 7296 §2.25.2).
 */
function crossesTheEnd(session: IkeSession, refusal: IkeMessageFacts | undefined): boolean {
  const last = session.messages.at(-1);
  if (refusal === undefined || last === undefined || secondsBetween(refusal, last) > AT_ONCE) return false;
  return distinctMessages(session).some(
    (m) =>
      m.exchangeType === EXCHANGE.INFORMATIONAL &&
      !m.response &&
      m.fromInitiator === refusal.fromInitiator &&
      Math.abs(secondsBetween(m, refusal)) <= AT_ONCE &&
      (!m.decrypted || m.payloads.includes('D')),
  );
}

function failureV1(session: IkeSession): Failure | undefined {
  const quicks = quickModes(session);
  const worked = quicks.findIndex(({ confirmed }) => confirmed);
  if (worked < 0) return undefined;
  for (const { request, reply } of quicks.slice(worked + 1)) {
    if (reply !== undefined) continue;
    const refusal = distinctMessages(session).find(
      (m) =>
        m.exchangeType === EXCHANGE_V1.Informational &&
        m.frame > request.frame &&
        m.fromInitiator !== request.fromInitiator &&
        !m.payloads.includes('D'),
    );
    if (refusal === undefined) continue;
    const resolved = quicks.some((q) => q.confirmed && q.request.frame > request.frame);
    return { request, reply: refusal, notify: refusal.notifies.find(({ isError }) => isError)?.name, resolved };
  }
  return undefined;
}

function evidence(session: IkeSession, { request, reply, notify }: Failure): readonly Evidence[] {
  return [
    ...copiesOf(session, request)
      .slice(0, 3)
      .map((m) => seen(m, `${m.exchange} request, ${m.length} bytes`)),
    ...(reply === undefined
      ? []
      : [seen(reply, `${reply.exchange} from ${reply.src.address}, ${reply.length} bytes`, notify === undefined ? 'SK' : `N(${notify})`)]),
  ];
}
