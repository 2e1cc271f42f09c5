import { NOTIFY } from '../wire/ike/tables/notify.js';
import { finding, type Rule } from './rule.js';
import { attemptsOf, furtherAttempts, recoveryText } from './shared/attempts.js';
import { kindOf, notifiesOf, seen, senderOf } from './shared/handshake.js';

/** F16: notify 5 has the same number in both versions (RFC 2408 §3.14.1, RFC 7296 §3.10.1). */
export const rule: Rule = {
  code: 'ike/version-refused',
  title: 'The peer refuses the IKE version',
  severity: 'error',
  refs: ['RFC 7296 §2.5', 'RFC 2408 §5.2', 'RFC 9395 §3'],
  dependsOn: [],
  *evaluate(facts) {
    for (const attempts of attemptsOf(facts, (session) =>
      notifiesOf(session, ({ type }) => type === NOTIFY.INVALID_MAJOR_VERSION).find(
        ({ message }) => !message.encrypted || message.decrypted,
      ),
    )) {
      const { peers, session, hit, severity } = attempts;
      const other = session.protocol === 'ikev1' ? 'IKEv2' : 'IKEv1';
      yield finding(rule, {
        severity,
        confidence: 0.95,
        subject: peers.subject,
        title: `${senderOf(session, hit.message.fromInitiator)} does not speak ${kindOf(session)}: N(${hit.notify.name})${furtherAttempts(attempts)}`,
        cause: `One end is configured for another IKE version than the other. The notify is not authenticated, so a third party could have sent it.${recoveryText(attempts)}`,
        evidence: [
          ...(session.messages[0] === undefined ? [] : [seen(session.messages[0], `${kindOf(session)} request`)]),
          seen(hit.message, 'the version is refused', `N(${hit.notify.name})`),
        ],
        fix: [
          {
            end: 'ours',
            text: `use ${other}: libreswan keyexchange=${other.toLowerCase()} (before 5.0 ${other === 'IKEv2' ? 'ikev2=insist' : 'ikev2=never'}); swanctl.conf version = ${other === 'IKEv2' ? 2 : 1}`,
          },
          {
            end: 'theirs',
            text: `or let ${senderOf(session, hit.message.fromInitiator)} speak ${kindOf(session)}: libreswan keyexchange=${session.protocol}; swanctl.conf version = ${session.protocol === 'ikev2' ? 2 : 1}; Cisco ASA: crypto ${session.protocol} enable outside`,
          },
          ...(session.protocol === 'ikev1'
            ? [
                {
                  end: 'theirs' as const,
                  text: 'libreswan 4 and later refuse IKEv1 altogether until config setup says ikev1-policy=accept',
                },
              ]
            : []),
        ],
        retest: 'try again and run vpndoctor sniff --ike: the first reply must have the version of the request',
      });
    }
  },
};
