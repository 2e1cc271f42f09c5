import { finding, type Rule } from './rule.js';
import { clientOf, further, openvpnCases, recovery, retestOf, serverOf } from './shared/openvpn.js';

const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
const ANY = '2.5.29.37.0';

/** F116: a certificate made for the other role. */
export const rule: Rule = {
  code: 'openvpn/certificate-usage',
  title: 'A certificate is not made for the role of its end',
  severity: 'error',
  refs: ['RFC 5280 §4.2.1.12', 'OpenVPN manual --remote-cert-tls'],
  dependsOn: [],
  *evaluate(facts) {
    for (const found of openvpnCases(facts, ({ certificates, outcome }) => {
      if (outcome !== 'failed') return undefined;
      // The first of each end is its own; what follows are authorities.
      const own = [true, false].map((fromClient) => certificates.find((certificate) => certificate.fromClient === fromClient));
      return own.find(
        (one) => one?.usages !== undefined && !one.usages.includes(one.fromClient ? CLIENT_AUTH : SERVER_AUTH) && !one.usages.includes(ANY),
      );
    })) {
      const { session, hit, subject, severity } = found;
      const role = hit.fromClient ? 'client' : 'server';
      yield finding(rule, {
        severity,
        confidence: 0.85,
        subject,
        title: `${hit.fromClient ? clientOf(session) : serverOf(session)} shows a certificate that is none of a ${role}: ${hit.subject}${further(found)}`,
        cause: `Its extended key usage does not hold ${role}Auth; the other end refuses it with "VERIFY EKU ERROR" where it has remote-cert-tls ${role}.${recovery(found)}`,
        evidence: [{ frame: hit.frame, field: 'extended key usage', text: (hit.usages ?? []).join(', ') || 'empty' }],
        fix: [
          { end: hit.fromClient ? 'ours' : 'theirs', text: `issue it anew with extendedKeyUsage=${role}Auth (easyrsa build-${role}-full)` },
        ],
        retest: retestOf(session),
      });
    }
  },
};
