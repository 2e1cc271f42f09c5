import { challengeWords } from '../model/openvpn-words.js';
import { finding, type Rule } from './rule.js';
import { clientOf, further, openvpnCases, recovery, retestOf, serverOf } from './shared/openvpn.js';

const CHALLENGE = /^AUTH_FAILED,CRV1:[^:]*:[^:]*:([^:]*):(.*)$/;

/** F124: the server asks for a second factor, which stands in a refusal. Read with a key log. */
export const rule: Rule = {
  code: 'openvpn/challenge',
  title: 'The server asks for a second factor',
  severity: 'warning',
  refs: ['OpenVPN manual --static-challenge', 'OpenVPN manual --auth-retry'],
  dependsOn: [],
  *evaluate(facts) {
    for (const found of openvpnCases(facts, ({ control }) => control.find(({ text }) => CHALLENGE.test(text)))) {
      const { session, hit, subject, severity } = found;
      const [, username = '', question = ''] = CHALLENGE.exec(hit.text) ?? [];
      yield finding(rule, {
        // Whoever came up afterwards has answered it.
        severity: severity === 'error' ? 'warning' : 'info',
        confidence: 0.97,
        subject,
        title: `${serverOf(session)} asks user "${username}" of ${clientOf(session)}: ${question}${further(found)}`,
        cause: `${challengeWords.cause}${recovery(found)}`,
        evidence: [{ frame: hit.frame, field: 'control message', text: hit.text }],
        fix: challengeWords.fix,
        retest: retestOf(session),
      });
    }
  },
};
