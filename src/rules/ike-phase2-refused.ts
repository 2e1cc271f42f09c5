import { count } from '../bytes/count.js';
import { espLines, suitesOf } from '../config/offers.js';
import type { CaptureFacts } from '../model/capture-facts.js';
import type { Evidence } from '../model/finding.js';
import type { IkeMessageFacts, IkeSession } from '../model/ike-session.js';
import { EXCHANGE_V1 } from '../wire/ike/tables/exchange-types.js';
import { NOTIFY_V1 } from '../wire/ike/tables/notify-v1.js';
import { finding, type Rule } from './rule.js';
import { attemptsOf, furtherAttempts } from './shared/attempts.js';
import { listenedAfter, span } from './shared/clock.js';
import { copiesOf, distinctMessages, notifiesOf, seen, senderOf } from './shared/handshake.js';
import { type QuickMode, quickModes } from './shared/phase2.js';
import { sealedSize, sizeText } from './shared/sealed-size.js';

const PATIENCE = 10;

interface Refusal {
  readonly quick: QuickMode;
  /** The message that ended it; undefined when nobody answered. */
  readonly end: IkeMessageFacts | undefined;
  readonly notify: string | undefined;
  /** The end that was asked refused the offer; otherwise the asking end refused the answer. */
  readonly byAsked: boolean;
}

/** F46, F47, F48 in IKEv1: phase 1 is done, Quick Mode is not answered by its second message. */
export const rule: Rule = {
  code: 'ike/phase2-refused',
  title: 'Phase 2 (Quick Mode) is refused',
  severity: 'error',
  refs: ['RFC 2409 §5.5', 'RFC 2407 §4.5', 'RFC 2407 §4.6.2'],
  dependsOn: ['ike/auth-failed', 'ike/peer-restarted'],
  *evaluate(facts) {
    for (const attempts of attemptsOf(facts, (session) => refusal(facts, session))) {
      const { peers, session, hit } = attempts;
      const { quick, end, notify, byAsked } = hit;
      const asked = senderOf(session, quick.request.fromInitiator);
      // Either end may start Quick Mode: the refusing end is the asked one, or the asking one when it refuses the answer.
      const refuser = senderOf(session, byAsked ? !quick.request.fromInitiator : quick.request.fromInitiator);
      const child = session.children.find(({ frame }) => frame === quick.request.frame) ?? session.children[0];
      const lines = child === undefined ? [] : espLines(session, suitesOf(child.offered));
      const came = quickModes(session).some((q) => q.confirmed && q.request.frame > quick.request.frame);
      yield finding(rule, {
        severity: came ? 'warning' : 'error',
        confidence: notify !== undefined ? 0.97 : end === undefined ? 0.65 : 0.88,
        subject: peers.subject,
        title:
          end === undefined
            ? `Quick Mode gets no answer: ${asked} sent message 1 ${count(copiesOf(session, quick.request).length, 'time')} within ${span(listenedAfter(facts, quick.request))}${furtherAttempts(attempts)}`
            : `${senderOf(session, end.fromInitiator)} refuses ${byAsked ? 'message 1' : 'message 2'} of Quick Mode${notify === undefined ? ` with an Informational of ${end.length} bytes (contents encrypted)` : `: N(${notify})`}${furtherAttempts(attempts)}`,
        cause: causeText(session, hit, refuser),
        evidence: evidence(session, hit),
        fix: [
          {
            end: 'theirs',
            text: 'selectors crosswise the same: leftsubnet/rightsubnet (ipsec.conf), local_ts/remote_ts (swanctl.conf), and on an ASA the mirror: access-list VPN extended permit ip LOCAL-NET MASK REMOTE-NET MASK / crypto map MAP 10 match address VPN',
          },
          ...lines.map((text) => ({ end: 'theirs' as const, text: `the ESP proposal that was offered: ${text}` })),
          {
            end: 'either',
            text: 'PFS the same at both ends: libreswan pfs=yes with the group in phase2alg=, or pfs=no; swanctl.conf a group in esp_proposals or none; Cisco ASA: crypto map MAP 10 set pfs group14, or no set pfs',
          },
          {
            end: 'theirs',
            text: 'its log names which: "no acceptable Proposal"/"we require PFS"/"no connection is known for" (pluto), "no matching CHILD_SA config found" (charon), "All IPSec SA proposals found unacceptable"/713061 (ASA)',
          },
        ],
        retest: 'try again and run vpndoctor sniff --ike --esp: Quick Mode with three messages, then ESP in both directions',
      });
    }
  },
};

function refusal(facts: CaptureFacts, session: IkeSession): Refusal | undefined {
  if (session.protocol !== 'ikev1') return undefined;
  const quicks = quickModes(session);
  // A Quick Mode that fails after one that worked is a failed rekey, another rule's.
  if (quicks.some((q, i) => q.confirmed && i < quicks.findIndex((other) => !other.confirmed))) return undefined;
  for (const quick of quicks) {
    const informational = distinctMessages(session).filter(
      (m) => m.exchangeType === EXCHANGE_V1.Informational && m.frame > quick.request.frame,
    );
    const readable = notifiesOf(session, ({ type, isError }) => isError && type !== NOTIFY_V1['INVALID-SPI']).find(
      ({ message }) => message.frame > quick.request.frame,
    );
    if (quick.reply === undefined) {
      const end = readable?.message ?? informational.find((m) => m.fromInitiator !== quick.request.fromInitiator && !m.decrypted);
      if (end !== undefined) return { quick, end, notify: readable?.notify.name, byAsked: true };
      const copies = copiesOf(session, quick.request);
      const waited = listenedAfter(facts, quick.request);
      if (copies.length > 1 || waited >= PATIENCE) {
        const last = distinctMessages(session).findLast((m) => m.fromInitiator !== quick.request.fromInitiator);
        if (last === undefined || last.frame < quick.request.frame) return { quick, end: undefined, notify: undefined, byAsked: true };
      }
    } else if (!quick.confirmed) {
      const { reply } = quick;
      const end = informational.find((m) => m.frame > reply.frame && m.fromInitiator === quick.request.fromInitiator);
      if (end !== undefined && (!end.decrypted || readable?.message === end)) {
        return { quick, end, notify: readable?.message === end ? readable.notify.name : undefined, byAsked: false };
      }
    }
  }
  return undefined;
}

function causeText(session: IkeSession, { quick, end, notify, byAsked }: Refusal, refuser: string): string {
  const pfs = pfsText(session, quick.request);
  if (notify === 'NO-PROPOSAL-CHOSEN')
    return `Phase 1 is up. ${refuser} has no ESP or AH proposal in common with the offer, or asks for PFS (or another group) where the offer has none.${pfs}`;
  if (notify === 'INVALID-ID-INFORMATION')
    return `Phase 1 is up. ${refuser} has no connection for this pair of subnets (proxy ids): they must be the exact mirror of its own.`;
  if (notify !== undefined) return `Phase 1 is up, and ${refuser} refuses phase 2 with this notify.`;
  if (end === undefined) {
    return `Phase 1 is up, then silence. An ASA without a matching crypto map entry stays silent, and so does an end that already deleted the phase 1 SA or lost the message. Subnets, ESP proposal and PFS are the candidates; its log tells.${pfs}`;
  }
  const size = sealedSize(session, end);
  return `Phase 1 is up. Quick Mode and its refusal are encrypted, so the notify is hidden; ${byAsked ? `that it comes from the end that was asked, instead of message 2, makes it a refusal of the offer` : `that it comes from the asking end, instead of message 3, makes it a refusal of the answer`}${size === undefined ? '' : ` (${sizeText(size)}: a hash and one notify or delete)`}: NO-PROPOSAL-CHOSEN (ESP proposals, PFS group), INVALID-ID-INFORMATION (subnets that are not each other's mirror), or ATTRIBUTES-NOT-SUPPORTED (tunnel or transport mode). Their sizes do not tell them apart.${pfs}`;
}

/** Hash 20, SA of one proposal 44, nonce 12, two addresses 24, and the KE payload of a 1024-bit group with its header. */
const LEAST_WITH_KE = 20 + 44 + 12 + 24 + 132;

function pfsText(session: IkeSession, request: IkeMessageFacts): string {
  const child = session.children.find(({ frame }) => frame === request.frame);
  if (child?.pfsGroup !== undefined) return ` The offer asks for PFS with ${child.pfsGroup}.`;
  const size = sealedSize(session, request);
  if (request.decrypted || size === undefined || size.max >= LEAST_WITH_KE) return '';
  return ` Message 1 is too small (${sizeText(size)}) for a KE payload of 1024 bits or more, so PFS was not asked for with a MODP group: an end that demands PFS refuses that.`;
}

function evidence(session: IkeSession, { quick, end, notify }: Refusal): readonly Evidence[] {
  return [
    ...copiesOf(session, quick.request)
      .slice(0, 3)
      .map((m) => seen(m, `Quick Mode message 1, ${m.length} bytes`)),
    ...(quick.reply === undefined ? [] : [seen(quick.reply, `Quick Mode message 2, ${quick.reply.length} bytes`)]),
    ...(end === undefined
      ? []
      : [
          seen(
            end,
            `${end.exchange} from ${end.src.address}, ${end.length} bytes${notify === undefined ? ', encrypted' : ''}`,
            notify === undefined ? 'HASH, N or D' : `N(${notify})`,
          ),
        ]),
  ];
}
