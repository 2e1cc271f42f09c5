import { nameText } from '../../../crypto/certificates/certificate-text.js';
import { probeFinding } from '../../shared/finding.js';
import type { Outcome } from '../../shared/probe.js';
import type { ProbeContext } from '../probe.js';
import type { ProbeFacts } from './probe-facts.js';

/** What lets the steps behind TLS be taken. */
export const TO_VERIFY_WITH = '--ca FILE or --peer-fingerprint SHA256';

/** TLS is through and nothing was given to check the server's certificate with: the session ended there, and we have told nothing of ours. */
export function isUnverified({ certificate }: ProbeFacts): boolean {
  return certificate?.verdict === 'unverified';
}

/**
 * The step that shows a certificate nobody has checked: who it says it is, and what to give for more.
 * @param text TLS and the name
 * @param details the certificates, a line each
 */
export function unverifiedOutcome(
  text: string,
  details: readonly string[],
  milliseconds: number,
  { facts, target }: ProbeContext,
): Outcome {
  const [own] = facts.tls?.certificates ?? [];
  const peer = facts.address ?? target.host;
  const fingerprint = own === undefined ? 'none' : `SHA-256 ${own.fingerprint256}`;
  return {
    status: 'unknown',
    text: `${text}, not verified`,
    details: [...details, fingerprint],
    milliseconds,
    findings: [
      probeFinding(target, facts, {
        slug: 'openvpn-certificate-unverified',
        severity: 'info',
        confidence: 1,
        title: `${peer} shows the certificate of ${own === undefined ? 'nobody' : nameText(own.subject)}, which nothing was given to check with`,
        cause:
          'Anybody could show such a certificate. Our own certificate, user name and password are kept back from a server that is not verified, so that the probe ends here.',
        evidence: [...details, fingerprint].map((line) => ({ text: `step tls: ${line}` })),
        fix: [
          { end: 'ours', text: 'the authority that the server was made with: --ca ca.crt, or ca in the configuration' },
          {
            end: 'ours',
            text: `or, once whoever runs the server has confirmed the fingerprint in another way: --peer-fingerprint ${own?.fingerprint256 ?? 'SHA256'}`,
          },
        ],
        refs: ['OpenVPN manual --ca', 'OpenVPN manual --peer-fingerprint'],
      }),
    ],
  };
}
