import { finding, type Rule } from './rule.js';
import { clientOf, further, openvpnCases, recovery, retestOf, serverOf } from './shared/openvpn.js';

/** F103, F105, F106: the keys given authenticate one end's control packets, or nobody's. */
export const rule: Rule = {
  code: 'openvpn/control-key-mismatch',
  title: 'The key of the control channel does not fit',
  severity: 'error',
  refs: ['OpenVPN manual --tls-auth', 'OpenVPN manual --tls-crypt', 'OpenVPN manual --tls-crypt-v2'],
  dependsOn: [],
  *evaluate(facts) {
    for (const found of openvpnCases(facts, ({ wrapping }) =>
      wrapping?.client === 'wrong' || wrapping?.server === 'wrong' ? wrapping : undefined,
    )) {
      const { session, hit, subject, severity } = found;
      const both = hit.client !== 'fits' && hit.server !== 'fits' && hit.server !== 'unknown';
      const one = hit.client === 'wrong' ? clientOf(session) : serverOf(session);
      const failed = session.outcome === 'failed' && !both;
      const first = session.messages.find(({ fromClient }) => fromClient === (hit.client === 'wrong'));
      yield finding(rule, {
        // Two ends that understand each other have the right key; it is the one given that is another.
        severity: failed ? severity : 'info',
        confidence: failed ? 0.9 : 0.95,
        subject,
        title: failed
          ? `The ${hit.kind} key given does not fit what ${one} sends${further(found)}`
          : `The keys given do not fit the ${hit.kind} of this session: it stays closed`,
        cause: failed
          ? `No half of the keys given, with any digest of ${hit.hmacLength ?? 32} bytes, makes the ${hit.kind === 'tls-auth' ? 'HMAC' : 'tag'} of these packets. Where the key is that of the other end, the two ends have different ones, and each drops the packets of the other without a word.${recovery(found)}`
          : 'No half of the keys given makes the authentication of these packets, and the ends understand each other: the key file is one of another tunnel, or an old one.',
        evidence: [
          {
            frame: first?.frame ?? session.firstFrame,
            field: hit.kind === 'tls-auth' ? 'HMAC' : 'tag',
            text: `made with another key than those given`,
          },
        ],
        fix: [{ end: 'either', text: `compare the files of both ends: sha256sum the ${hit.kind} key at the client and at the server` }],
        retest: retestOf(session),
      });
    }
  },
};
