import { ikeLines, offerText, suitesOf } from '../config/offers.js';
import type { Fix } from '../model/finding.js';
import type { IkeSession } from '../model/ike-session.js';
import { EXCHANGE } from '../wire/ike/tables/exchange-types.js';
import { NOTIFY } from '../wire/ike/tables/notify.js';
import { finding, type Rule } from './rule.js';
import { attemptsOf, furtherAttempts, recoveryText } from './shared/attempts.js';
import { kindOf, MAIN_MODE, type NotifySeen, notifiesOf, seen, senderOf } from './shared/handshake.js';

/** F40, F41, F42: notify 14 in the clear, before anything is encrypted. */
export const rule: Rule = {
  code: 'ike/no-proposal-chosen',
  title: 'The peer accepts none of the proposals for the IKE SA',
  severity: 'error',
  refs: ['RFC 7296 §2.7', 'RFC 7296 §2.21.1', 'RFC 2409 §5', 'RFC 2408 §5.4'],
  dependsOn: ['ike/version-refused'],
  *evaluate(facts) {
    for (const attempts of attemptsOf(facts, refusal)) {
      const { peers, session, hit, severity } = attempts;
      const refuser = senderOf(session, hit.message.fromInitiator);
      const offer = offerText(session.offered);
      const request = session.messages.find((m) => m.fromInitiator && m.payloads.includes('SA'));
      yield finding(rule, {
        severity,
        confidence: 0.95,
        subject: peers.subject,
        title: `${refuser} accepts none of the ${kindOf(session)} proposals: ${offer}${furtherAttempts(attempts)}`,
        cause: `The other end has no common combination of encryption, integrity, PRF and Diffie-Hellman group${session.protocol === 'ikev1' ? ' (in IKEv1 also authentication method; key length must be stated)' : ''}, or it has no configuration at all for a peer at ${session.initiator.address} (or for the address it was asked at): strongSwan answers both with the same notify, and the capture cannot tell them apart. What it would accept is not on the wire. The notify is not authenticated.${recoveryText(attempts)}`,
        evidence: [
          ...(request === undefined ? [] : [seen(request, `offered: ${offer}`, 'SA')]),
          seen(hit.message, `${hit.message.length} bytes from ${hit.message.src.address}`, `N(${hit.notify.name})`),
        ],
        fix: fixes(session, offer),
        retest:
          'try again and run vpndoctor sniff --ike: the reply must hold SA and KE. If every proposal is refused from this address but another source is answered, it is the address or identity (no configuration for this peer), not the algorithms',
      });
    }
  },
};

/** Numbers that IANA withdrew or never gave to anything anybody runs. */
const NOBODY_HAS = new Set(['DES_IV64', 'PRF_HMAC_TIGER', 'AUTH_DES_MAC', 'EC2N_155']);

/** An offer to be refused: `vpndoctor probe` asks so whether a message gets there at all. Some of `captures/` are from before such questions had a mark. */
function onlyAsks({ offered }: IkeSession): boolean {
  return offered.length > 0 && offered.every(({ transforms }) => transforms.every(({ name }) => NOBODY_HAS.has(name)));
}

function refusal(session: IkeSession): NotifySeen | undefined {
  // Phase 1 that came up was not refused: the notify was stray, or not the peer's.
  if (onlyAsks(session) || (session.protocol === 'ikev1' && session.outcome === 'established')) return undefined;
  const [found] = notifiesOf(session, ({ type }) => type === NOTIFY.NO_PROPOSAL_CHOSEN).filter(({ message }) => !message.encrypted);
  if (found === undefined) return undefined;
  // In IKEv1 the notify comes in an Informational exchange of its own: about phase 1 as long as nothing was encrypted before it.
  const before = session.messages.filter((m) => m.frame < found.message.frame);
  if (session.protocol === 'ikev2') return found.message.exchangeType === EXCHANGE.IKE_SA_INIT ? found : undefined;
  return before.some((m) => m.encrypted && m.exchangeType !== MAIN_MODE) ? undefined : found;
}

function fixes(session: IkeSession, offer: string): readonly Fix[] {
  const accepting = ikeLines(session, suitesOf(session.offered));
  const policy = session.protocol === 'ikev1' ? 'show run crypto ikev1' : 'show run crypto ikev2';
  return [
    {
      end: 'theirs',
      text: `see what is configured there: libreswan ipsec status | grep "IKE algorithms"; strongSwan swanctl --list-conns; Cisco ASA ${policy}; its log prints both lists ("received proposals", "configured proposals")`,
    },
    ...accepting.map((text) => ({ end: 'theirs' as const, text: `to accept the first of the offer, ${text}` })),
    {
      end: 'theirs',
      text: `and a connection for the peer ${session.initiator.address}: libreswan right=${session.initiator.address}; swanctl.conf remote_addrs = ${session.initiator.address}; Cisco ASA tunnel-group ${session.initiator.address} type ipsec-l2l`,
    },
    { end: 'ours', text: `or offer what the other end has instead of ${offer}: ipsec.conf ike=…, swanctl.conf proposals = …` },
  ];
}
