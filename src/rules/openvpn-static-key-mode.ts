import { staticKeyModeWords } from '../model/openvpn-words.js';
import { finding, type Rule } from './rule.js';
import { openvpnCases, retestOf } from './shared/openvpn.js';

/** F108: static keys are refused by 2.7 without a flag, and to be gone with 2.8. */
export const rule: Rule = {
  code: 'openvpn/static-key-mode',
  title: 'The tunnel uses a static key',
  severity: 'info',
  refs: ['OpenVPN manual --secret', 'OpenVPN manual --peer-fingerprint'],
  dependsOn: ['openvpn/static-key-mismatch', 'openvpn/compression-mismatch'],
  *evaluate(facts) {
    for (const { session, subject } of openvpnCases(facts, (one) => (one.mode === 'static-key' ? one : undefined))) {
      const cipher = session.data.client?.cipher;
      yield finding(rule, {
        severity: 'info',
        confidence: 0.9,
        subject,
        title: `Static-key tunnel${cipher === undefined ? '' : ` with ${cipher}`}: OpenVPN 2.7 refuses it without a flag, 2.8 is to remove it`,
        cause: staticKeyModeWords.cause,
        evidence: [{ frame: session.firstFrame, text: session.evidence }],
        fix: staticKeyModeWords.fix,
        retest: retestOf(session),
      });
    }
  },
};
