import { NOTIFY } from '../wire/ike/tables/notify.js';
import { finding, type Rule } from './rule.js';
import { attemptsOf, furtherAttempts, recoveryText } from './shared/attempts.js';
import { notifiesOf, seen, senderOf } from './shared/handshake.js';

/** F22. */
export const rule: Rule = {
  code: 'ike/unsupported-critical',
  title: 'The peer does not know a payload marked critical',
  severity: 'error',
  refs: ['RFC 7296 §2.5', 'RFC 7296 §3.10.1'],
  dependsOn: [],
  *evaluate(facts) {
    for (const attempts of attemptsOf(facts, (session) =>
      session.protocol === 'ikev2' ? notifiesOf(session, ({ type }) => type === NOTIFY.UNSUPPORTED_CRITICAL_PAYLOAD)[0] : undefined,
    )) {
      const { peers, session, hit, severity } = attempts;
      const { message, notify } = hit;
      const payload = notify.detail ?? (notify.value === undefined ? undefined : `payload type ${notify.value}`);
      yield finding(rule, {
        severity,
        confidence: 0.97,
        subject: peers.subject,
        title: `${senderOf(session, message.fromInitiator)} rejects a message for a critical payload it does not know${payload === undefined ? '' : `: ${payload}`}${furtherAttempts(attempts)}`,
        cause: `The sender marked a payload as critical that the other end does not implement, so the whole message was rejected. RFC 7296 §2.5 wants the critical bit clear for all payloads it defines itself.${recoveryText(attempts)}`,
        evidence: [seen(message, payload ?? 'the payload type is not readable', 'N(UNSUPPORTED_CRITICAL_PAYLOAD)')],
        fix: [
          {
            end: message.fromInitiator ? 'theirs' : 'ours',
            text: 'switch the extension off that sends this payload, or update the other end so that it knows it',
          },
        ],
        retest: 'try again and run vpndoctor sniff --ike -v: no payload with the critical flag before the refusal',
      });
    }
  },
};
