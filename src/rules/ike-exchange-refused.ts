import { NOTIFY_V1 } from '../wire/ike/tables/notify-v1.js';
import { finding, type Rule } from './rule.js';
import { attemptsOf, furtherAttempts, recoveryText } from './shared/attempts.js';
import { initiatorOf, kindOf, notifiesOf, seen, senderOf } from './shared/handshake.js';

/** IKEv1: the other end speaks the version but not this mode, most often Aggressive. */
export const rule: Rule = {
  code: 'ike/exchange-refused',
  title: 'The peer refuses the mode of phase 1',
  severity: 'error',
  refs: ['RFC 2408 §5.2', 'RFC 2408 §3.14.1', 'RFC 2409 §5'],
  dependsOn: ['ike/version-refused'],
  *evaluate(facts) {
    for (const attempts of attemptsOf(facts, (session) =>
      session.protocol !== 'ikev1'
        ? undefined
        : notifiesOf(
            session,
            ({ type }) => type === NOTIFY_V1['INVALID-EXCHANGE-TYPE'] || type === NOTIFY_V1['UNSUPPORTED-EXCHANGE-TYPE'],
          )[0],
    )) {
      const { peers, session, hit, severity } = attempts;
      const aggressive = session.mode === 'Aggressive';
      yield finding(rule, {
        severity,
        confidence: 0.95,
        subject: peers.subject,
        title: `${senderOf(session, hit.message.fromInitiator)} refuses ${kindOf(session)}: N(${hit.notify.name})${furtherAttempts(attempts)}`,
        cause: `One end is set to Aggressive Mode and the other to Main Mode, or ${aggressive ? 'the other end forbids Aggressive Mode, as it should with pre-shared keys' : 'it does not know this exchange'}.${recoveryText(attempts)}`,
        evidence: [
          ...(session.messages[0] === undefined ? [] : [seen(session.messages[0], `${initiatorOf(session)} begins ${kindOf(session)}`)]),
          seen(hit.message, `from ${hit.message.src.address}`, `N(${hit.notify.name})`),
        ],
        fix: [
          {
            end: 'ours',
            text: aggressive
              ? 'use Main Mode: ipsec.conf aggressive=no; swanctl.conf aggressive = no; Cisco ASA: crypto map MAP 10 set ikev1 phase1-mode main'
              : 'use the mode of the other end: ipsec.conf aggressive=yes; swanctl.conf aggressive = yes; Cisco ASA: crypto map MAP 10 set ikev1 phase1-mode aggressive',
          },
          {
            end: 'theirs',
            text: 'or allow it there: strongSwan charon.i_dont_care_about_security_and_use_aggressive_mode_psk = yes; Cisco ASA: no crypto ikev1 am-disable',
          },
        ],
        retest: 'try again and run vpndoctor sniff --ike: the first reply must have the mode of the request',
      });
    }
  },
};
