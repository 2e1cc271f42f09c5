import { finding, type Rule } from './rule.js';
import { clientOf, further, openvpnCases, retestOf, serverOf } from './shared/openvpn.js';

/** F115, F130: a certificate that was not valid when the capture was taken. TLS 1.3 shows certificates with a key log only. */
export const rule: Rule = {
  code: 'openvpn/certificate-expired',
  title: 'A certificate is not valid at the time',
  severity: 'error',
  refs: ['RFC 5280 §4.1.2.5', 'RFC 8446 §4.4.2'],
  dependsOn: [],
  *evaluate(facts) {
    for (const found of openvpnCases(facts, ({ certificates, firstTime }) => {
      const now = firstTime.sec * 1000;
      return certificates.find(({ validFrom, validTo }) => Date.parse(validTo) < now || Date.parse(validFrom) > now);
    })) {
      const { session, hit, subject, severity } = found;
      const expired = Date.parse(hit.validTo) < session.firstTime.sec * 1000;
      const end = hit.fromClient ? clientOf(session) : serverOf(session);
      const up = session.outcome === 'established';
      yield finding(rule, {
        severity: up ? 'warning' : severity,
        confidence: up ? 0.8 : 0.95,
        subject,
        title: `${end} shows a certificate that ${expired ? `expired on ${hit.validTo.slice(0, 10)}` : `is not valid before ${hit.validFrom.slice(0, 10)}`}: ${hit.subject}${further(found)}`,
        cause: expired
          ? `The other end refuses it${up ? ' as a rule; here the tunnel came up all the same' : ''}, and OpenVPN up to 2.6 does so without an alert.`
          : 'The certificate was made in the future of this capture: the clock of whoever issued it, or of the machine that took the capture, is wrong (devices without a battery begin in 1970).',
        evidence: [{ frame: hit.frame, field: 'Certificate', text: `${hit.subject}, valid ${hit.validFrom} to ${hit.validTo}` }],
        fix: [
          { end: hit.fromClient ? 'ours' : 'theirs', text: `issue the certificate of ${hit.subject} anew, and restart OpenVPN there` },
          { end: 'either', text: 'date -u at both ends; set up NTP where it is wrong' },
        ],
        retest: retestOf(session),
      });
    }
  },
};
