import type { TlsOutput } from '../engine/step.js';

/** Reasons for which OpenSSL does not trust a certificate, as node names them; what is not here is said by OpenSSL's own name. */
const VERIFY_ERRORS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'has expired',
  CERT_NOT_YET_VALID: 'is not valid yet',
  CERT_REVOKED: 'was revoked',
  CERT_SIGNATURE_FAILURE: 'is not signed with the key of its issuer',
  CERT_CHAIN_TOO_LONG: 'has too long a chain',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'is self-signed and none of those we trust',
  SELF_SIGNED_CERT_IN_CHAIN: 'leads to an authority that we do not trust',
  UNABLE_TO_GET_ISSUER_CERT: 'was issued by an authority that we do not trust',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'was issued by an authority that we do not trust',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'was issued by an authority that we do not trust, or an intermediate is missing',
  INVALID_CA: 'was issued by a certificate that is no authority',
  INVALID_PURPOSE: 'is not for this end of TLS (extended key usage)',
};

type Reason = Pick<TlsOutput, 'reason' | 'refusedBy'>;

/** Why the peer's certificate is not trusted. */
export function verifyFailure(code: string, subject: string | undefined): Reason {
  if (subject === undefined) return { reason: 'the peer showed no certificate', refusedBy: 'us' };
  return { reason: `the peer's certificate (${subject}) ${VERIFY_ERRORS[code] ?? `fails with ${code}`}`, refusedBy: 'us' };
}

/** An error of the TLS stack. OpenSSL calls an alert of the peer `ERR_SSL_TLSV1_ALERT_UNKNOWN_CA` and the like. */
export function handshakeFailure(error: NodeJS.ErrnoException): Reason {
  const alert = /^ERR_SSL_(?:SSLV3|TLSV1|TLSV13)_ALERT_(\w+)$/.exec(error.code ?? '')?.[1];
  if (alert !== undefined) return { reason: `TLS alert "${inWords(alert)}"`, refusedBy: 'peer' };
  const own = /^ERR_SSL_(\w+)$/.exec(error.code ?? '')?.[1];
  return { reason: own === undefined ? error.message : inWords(own), refusedBy: 'us' };
}

const inWords = (name: string) => name.toLowerCase().replaceAll('_', ' ');
