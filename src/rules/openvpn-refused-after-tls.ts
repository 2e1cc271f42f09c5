import { finding, type Rule } from './rule.js';
import { clientOf, further, recovery, retestOf, serverOf, stoppedAt } from './shared/openvpn.js';

/** F109, F124 without keys: TLS is complete, then nothing. */
export const rule: Rule = {
  code: 'openvpn/refused-after-tls',
  title: 'TLS is complete, and no data channel comes of it',
  severity: 'error',
  refs: ['OpenVPN manual --auth-user-pass', 'OpenVPN manual --data-ciphers'],
  dependsOn: ['openvpn/auth-failed', 'openvpn/cipher-mismatch'],
  *evaluate(facts) {
    for (const found of stoppedAt(facts, 'refused-after-tls')) {
      const { session, hit, subject, severity } = found;
      const last = session.messages.findLast(({ fromClient, content }) => !fromClient && content.length > 0);
      const short = last !== undefined && last.length < 120;
      yield finding(rule, {
        severity,
        confidence: short ? 0.8 : 0.65,
        subject,
        title: `${serverOf(session)} and ${clientOf(session)} complete TLS, then the session ends${further(found)}`,
        cause: `Certificates were accepted. What follows is encrypted: credentials, the agreement on a cipher, and the push of options.${short ? ` The last message of the server has ${last.length} bytes: too short for PUSH_REPLY, of the size of AUTH_FAILED.` : ''} Wrong username or password, no data channel cipher in common, or a client configuration that the server refuses.${recovery(found)}`,
        evidence: [{ frame: last?.frame ?? hit.frame, text: `last message of the server, ${last?.length ?? 0} bytes, encrypted` }],
        fix: [
          { end: 'ours', text: 'look in the log of the client for AUTH_FAILED and what stands behind it' },
          {
            end: 'theirs',
            text: 'look in the log of the server for "TLS Auth Error", "AUTH_FAILED", "no shared cipher"; check auth-user-pass-verify or the plugin, and data-ciphers',
          },
          { end: 'either', text: 'a key log of one end (-k) lets vpndoctor read the message' },
        ],
        retest: retestOf(session),
      });
    }
  },
};
