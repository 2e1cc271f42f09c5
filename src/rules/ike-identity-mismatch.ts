import type { IkeSession } from '../model/ike-session.js';
import { finding, type Rule } from './rule.js';
import { attemptsOf, furtherAttempts } from './shared/attempts.js';
import { cameUp, seen } from './shared/handshake.js';

/** F11: the responder calls itself by another address than the one it was asked at, and the tunnel does not come up. */
export const rule: Rule = {
  code: 'ike/identity-mismatch',
  title: 'The responder calls itself by another address',
  severity: 'warning',
  refs: ['RFC 7296 §3.5', 'RFC 2407 §4.6.2'],
  dependsOn: [],
  *evaluate(facts) {
    for (const attempts of attemptsOf(facts, (session) => (cameUp(session) ? undefined : otherAddress(session)))) {
      const { peers, session, hit } = attempts;
      const { value, type } = hit;
      const message = session.messages.find((m) => !m.fromInitiator && (m.payloads.includes('ID') || m.payloads.includes('IDr')));
      yield finding(rule, {
        severity: 'warning',
        confidence: 0.6,
        subject: peers.subject,
        title: `The responder at ${session.responder.address} calls itself ${value} (${type})${furtherAttempts(attempts)}`,
        cause: `An initiator that expects the identity ${session.responder.address}, which is the default, refuses ${value}. It is so where the responder is behind a NAT and has no identity configured.`,
        evidence: message === undefined ? [] : [seen(message, `${type} ${value}`, 'ID')],
        fix: [
          { end: 'ours', text: `expect it: ipsec.conf rightid=${value}; swanctl.conf remote { id = ${value} }` },
          {
            end: 'theirs',
            text: `or let it use its public address: ipsec.conf leftid=${session.responder.address}; swanctl.conf local { id = ${session.responder.address} }; Cisco ASA: crypto isakmp identity address`,
          },
        ],
        retest: 'try again and run vpndoctor sniff --ike with keys: the identity is the one expected',
      });
    }
  },
};

function otherAddress({ identityResponder, responder }: IkeSession) {
  if (identityResponder === undefined || !/^ID_IPV[46]_ADDR$/.test(identityResponder.type)) return undefined;
  return identityResponder.value === responder.address ? undefined : identityResponder;
}
