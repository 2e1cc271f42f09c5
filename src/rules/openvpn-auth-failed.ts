import { refusedCredentialsWords } from '../model/openvpn-words.js';
import { finding, type Rule } from './rule.js';
import { clientOf, further, openvpnCases, recovery, retestOf, serverOf } from './shared/openvpn.js';

/** What is said in words of its own. */
const OTHERWISE = /cipher negotiation failed|no shared cipher|^AUTH_FAILED,CRV1:/i;

/** F124: AUTH_FAILED that could be read. */
export const rule: Rule = {
  code: 'openvpn/auth-failed',
  title: 'The server refuses the credentials',
  severity: 'error',
  refs: ['OpenVPN manual --auth-user-pass', 'OpenVPN manual --auth-user-pass-verify'],
  dependsOn: [],
  *evaluate(facts) {
    for (const found of openvpnCases(facts, ({ control }) =>
      control.find(({ text }) => text.startsWith('AUTH_FAILED') && !OTHERWISE.test(text)),
    )) {
      const { session, hit, subject, severity } = found;
      const username = session.negotiations[0]?.username;
      const words = refusedCredentialsWords(hit.text.slice('AUTH_FAILED,'.length), username);
      yield finding(rule, {
        severity,
        confidence: 0.97,
        subject,
        title: `${serverOf(session)} refuses ${username === undefined ? clientOf(session) : `user "${username}" of ${clientOf(session)}`}: ${hit.text}${further(found)}`,
        cause: `${words.cause}${recovery(found)}`,
        evidence: [{ frame: hit.frame, field: 'control message', text: hit.text }],
        fix: words.fix,
        retest: retestOf(session),
      });
    }
  },
};
