import type { X509Certificate } from 'node:crypto';

/** Why a certificate is not to be trusted. Codes never change. */
export type CertificateFaultCode =
  | 'expired'
  | 'not-yet-valid'
  | 'issuer-unknown'
  | 'signature-wrong'
  | 'not-an-authority'
  | 'path-too-long'
  | 'key-usage'
  | 'extended-key-usage'
  | 'critical-extension'
  | 'malformed'
  | 'revoked';

/** One reason, in words, with both values: what the certificate says and what would do. */
export interface CertificateFault {
  readonly code: CertificateFaultCode;
  readonly text: string;
  /** What we compared with: the date, the authorities that we trust, the usages that would do. */
  readonly ours: string;
  /** What the certificate says. */
  readonly theirs: string;
  /** The one at fault: the peer's own or one above it. */
  readonly certificate: X509Certificate;
}
