import { noCipherFixes } from '../model/openvpn-words.js';
import { finding, type Rule } from './rule.js';
import { clientOf, further, openvpnCases, optionOf, recovery, retestOf, serverOf } from './shared/openvpn.js';

const CIPHER = /cipher negotiation failed|no shared cipher/i;

/** F109: the ends have no cipher of the data channel in common. */
export const rule: Rule = {
  code: 'openvpn/cipher-mismatch',
  title: 'No cipher of the data channel in common',
  severity: 'error',
  refs: ['OpenVPN manual --data-ciphers', 'OpenVPN manual --data-ciphers-fallback'],
  dependsOn: [],
  *evaluate(facts) {
    for (const found of openvpnCases(facts, ({ control }) =>
      control.find(({ text }) => text.startsWith('AUTH_FAILED') && CIPHER.test(text)),
    )) {
      const { session, hit, subject, severity } = found;
      const [negotiation] = session.negotiations;
      const offered = negotiation?.peerInfo?.find((line) => line.startsWith('IV_CIPHERS='))?.slice('IV_CIPHERS='.length);
      const theirs = optionOf(negotiation?.options?.server, 'cipher');
      yield finding(rule, {
        severity,
        confidence: 0.97,
        subject,
        title: `${serverOf(session)} and ${clientOf(session)} have no data channel cipher in common${offered === undefined ? '' : `: the client offers ${offered}`}${further(found)}`,
        cause: `The server says "${hit.text}".${theirs === undefined ? '' : ` Its options string has cipher ${theirs}.`}${recovery(found)}`,
        evidence: [{ frame: hit.frame, field: 'control message', text: hit.text }],
        fix: noCipherFixes(offered),
        retest: retestOf(session),
      });
    }
  },
};
