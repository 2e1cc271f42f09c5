import { nameOf } from '../bytes/registry.js';
import { V2_GROUP } from '../config/algorithm-words.js';
import type { IkeSession } from '../model/ike-session.js';
import { secondsBetween } from '../model/seconds-between.js';
import { GROUPS } from '../wire/ike/tables/attributes-v1.js';
import { NOTIFY } from '../wire/ike/tables/notify.js';
import { finding, type Rule } from './rule.js';
import { attemptsOf, furtherAttempts, recoveryText } from './shared/attempts.js';
import { listenedAfter } from './shared/clock.js';
import { cameUp, hasKeys, type NotifySeen, notifiesOf, responderOf, seen } from './shared/handshake.js';

/** An initiator that gives in does so at once; after this many seconds without a new request it has given up. */
const GIVEN_UP = 2;

interface Loop {
  readonly refusals: readonly NotifySeen[];
  /** Groups asked for, each once. */
  readonly groups: readonly number[];
  readonly wanted: number | undefined;
  readonly offered: boolean;
}

/** F18: one round of INVALID_KE_PAYLOAD is normal, a second one is not, nor is an initiator that cannot give what is asked for. */
export const rule: Rule = {
  code: 'ike/invalid-ke-loop',
  title: 'The two ends do not agree on a Diffie-Hellman group',
  severity: 'error',
  refs: ['RFC 7296 §1.2', 'RFC 7296 §2.7', 'RFC 7296 §3.4'],
  dependsOn: [],
  *evaluate(facts) {
    for (const attempts of attemptsOf(facts, (session, peers): Loop | undefined => {
      if (session.protocol !== 'ikev2' || cameUp(session) || session.startsMidway) return undefined;
      const refusals = notifiesOf(session, ({ type }) => type === NOTIFY.INVALID_KE_PAYLOAD).filter(({ message }) => !message.encrypted);
      const last = refusals.at(-1);
      if (last === undefined) return undefined;
      const wanted = last.notify.value;
      const gaveUp =
        !hasKeys(session) &&
        listenedAfter(facts, last.message) >= GIVEN_UP &&
        !session.messages.some((m) => m.fromInitiator && m.frame > last.message.frame) &&
        !peers.sessions.some((other) => gaveIn(session, last, other));
      return refusals.length >= 2 || gaveUp
        ? {
            refusals,
            wanted,
            groups: [...new Set(refusals.flatMap(({ notify }) => notify.value ?? []))],
            offered: wanted !== undefined && offers(session, wanted),
          }
        : undefined;
    })) {
      const { peers, session, hit, severity } = attempts;
      const wanted = hit.wanted === undefined ? 'another group' : `group ${hit.wanted} (${nameOf(GROUPS, hit.wanted)})`;
      const sent = [...new Set(session.keGroups.map(({ group, name }) => `${group} (${name})`))].join(' and ');
      const wants =
        hit.groups.length === 0 ? wanted : `group ${hit.groups.map((group) => `${group} (${nameOf(GROUPS, group)})`).join(' and ')}`;
      const words = hit.wanted === undefined ? undefined : V2_GROUP[hit.wanted];
      const rounds = hit.refusals.length;
      yield finding(rule, {
        severity,
        confidence: rounds >= 2 ? 0.95 : 0.8,
        subject: peers.subject,
        title: `${responderOf(session)} asks for ${wants} ${rounds === 1 ? 'and the initiator gives up' : `${rounds} times`}; the initiator sent ${sent === '' ? 'a group not seen' : `group ${sent}`}${furtherAttempts(attempts)}`,
        cause: `${hit.groups.length > 1 ? 'The responder asks for another group each time: several machines with different settings answer under its address, or its settings changed meanwhile.' : hit.offered ? `The initiator offers ${wanted} in its proposal and yet does not send a KE payload of it.` : `${wanted} is not in the initiator's proposal, so it cannot give what the responder asks for.`} One round of INVALID_KE_PAYLOAD is normal negotiation, this is not.${recoveryText(attempts)}`,
        evidence: [
          ...session.keGroups
            .slice(0, 3)
            .map(({ frame, group, name }) => ({ frame, field: 'KE', text: `the initiator sends group ${group} (${name})` })),
          ...hit.refusals
            .slice(0, 3)
            .map(({ message, notify }) => seen(message, `the responder wants ${notify.detail ?? wanted}`, 'N(INVALID_KE_PAYLOAD)')),
        ],
        fix: [
          ...(words === undefined
            ? [{ end: 'ours' as const, text: `put ${wanted} first in the proposal` }]
            : [
                { end: 'ours' as const, text: `put the group first: ipsec.conf (libreswan): ike=aes256-sha2_256;${words.libreswan}` },
                { end: 'ours' as const, text: `swanctl.conf (strongSwan): proposals = aes256-sha256-${words.strongswan}` },
                ...(words.asa === undefined
                  ? []
                  : [{ end: 'ours' as const, text: `Cisco ASA: crypto ikev2 policy 10 / group ${words.asa}` }]),
              ]),
          {
            end: 'theirs',
            text: `or allow what the initiator sends${sent === '' ? '' : ` (group ${sent})`} in ike= / proposals = / crypto ikev2 policy`,
          },
        ],
        retest: 'try again and run vpndoctor sniff --ike: at most one N(INVALID_KE_PAYLOAD), then a reply with KE',
      });
    }
  },
};

/** Some take a new SPI for the group asked for, too (Qualcomm's VoWiFi): a session of its own right behind. */
function gaveIn(session: IkeSession, { message, notify }: NotifySeen, other: IkeSession): boolean {
  const after = secondsBetween(message, other.firstTime);
  return (
    other.initiator.address === session.initiator.address &&
    after >= 0 &&
    after <= GIVEN_UP &&
    other.keGroups.some(({ group }) => group === notify.value)
  );
}

function offers(session: IkeSession, group: number): boolean {
  return session.offered.some(({ transforms }) => transforms.some(({ type, id }) => type === 'KE' && id === group));
}
