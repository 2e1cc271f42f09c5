import type { IkeSession } from '../model/ike-session.js';
import { finding, type Rule } from './rule.js';
import { attemptsOf, furtherAttempts } from './shared/attempts.js';
import { cameUp, senderOf } from './shared/handshake.js';

/** F31, F37: a certificate that could be read was not valid when it was captured. */
export const rule: Rule = {
  code: 'ike/certificate-expired',
  title: 'A certificate is out of its dates',
  severity: 'error',
  refs: ['RFC 5280 §4.1.2.5', 'RFC 4945 §5.1.3', 'RFC 7296 §3.6'],
  dependsOn: [],
  *evaluate(facts) {
    for (const attempts of attemptsOf(facts, outOfDate)) {
      const { peers, session, hit } = attempts;
      const { certificate, expired } = hit;
      const owner = senderOf(session, certificate.fromInitiator);
      yield finding(rule, {
        severity: cameUp(session) ? 'warning' : 'error',
        confidence: 0.95,
        subject: peers.subject,
        title: `The certificate "${certificate.subject}" of ${owner} ${expired ? `expired on ${certificate.validTo}` : `is not valid before ${certificate.validFrom}`}${furtherAttempts(attempts)}`,
        cause: `At the time of the capture it was ${expired ? 'no longer' : 'not yet'} valid, so the other end refuses it${cameUp(session) ? ' as soon as it checks dates; this time the tunnel came up' : ''}. When the date looks right, a clock is wrong: the peer's, or the one of the host that captured.`,
        evidence: [
          {
            frame: certificate.frame,
            field: 'CERT',
            text: `subject ${certificate.subject}, issuer ${certificate.issuer}, ${certificate.validFrom} to ${certificate.validTo}`,
          },
        ],
        fix: [
          {
            end: certificate.fromInitiator ? 'ours' : 'theirs',
            text: 'renew the certificate: pki --issue … (strongSwan), certutil (libreswan NSS), crypto ca enroll TRUSTPOINT (Cisco ASA); then reload: swanctl --load-creds, ipsec rereadall',
          },
          { end: 'either', text: 'check the clocks: timedatectl; show clock' },
        ],
        retest: 'openssl x509 -in CERT -noout -dates, then try again',
      });
    }
  },
};

function outOfDate(session: IkeSession) {
  for (const certificate of session.certificates) {
    const now = session.firstTime.sec * 1000;
    const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
    // Dates that cannot be read compare false.
    if (to < now) return { certificate, expired: true };
    if (from > now) return { certificate, expired: false };
  }
  return undefined;
}
