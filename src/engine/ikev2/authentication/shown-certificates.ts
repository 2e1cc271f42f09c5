import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { nameOf } from '../../../bytes/registry.js';
import type { Cert } from '../../../wire/ike/payloads/cert.js';
import { CERT_ENCODING, IKEV2_CERT_ENCODINGS } from '../../../wire/ike/tables/authentication.js';

/** Certificates of one peer that are looked at; real chains have three. */
const MAX_CERTIFICATES = 32;

/** What the CERT payloads of a peer hold (RFC 7296 §3.6, RFC 7670 §3). */
export interface ShownCertificates {
  /** The first certificate: its own. */
  readonly own?: X509Certificate;
  readonly others: readonly X509Certificate[];
  readonly rawKey?: KeyObject;
  /** DER. */
  readonly revocationLists: readonly Uint8Array[];
  /** What could not be used, in words. */
  readonly unusable: readonly string[];
  /** It sent the address of a certificate in place of the certificate. */
  readonly byUrl: boolean;
}

/** Reads CERT payloads; what is none of what it claims to be goes to `unusable`. */
export function readShownCertificates(certs: readonly Cert[]): ShownCertificates {
  const certificates: X509Certificate[] = [];
  const revocationLists: Uint8Array[] = [];
  const unusable: string[] = [];
  let rawKey: KeyObject | undefined;
  let byUrl = false;
  for (const { encoding, data } of certs.slice(0, MAX_CERTIFICATES)) {
    const name = nameOf(IKEV2_CERT_ENCODINGS, encoding);
    try {
      if (encoding === CERT_ENCODING['X.509 Certificate - Signature']) certificates.push(readCertificate(data));
      else if (encoding === CERT_ENCODING['Raw Public Key'])
        rawKey ??= createPublicKey({ key: Buffer.from(data), format: 'der', type: 'spki' });
      else if (encoding === CERT_ENCODING['Certificate Revocation List (CRL)']) revocationLists.push(data);
      else if (BY_URL.includes(encoding)) byUrl = true;
      else unusable.push(`a certificate of the kind ${name}, which we do not read`);
    } catch {
      // OpenSSL says no more than that it is not what it should be.
      unusable.push(`${data.length} bytes that are no ${name}`);
    }
  }
  if (certs.length > MAX_CERTIFICATES) unusable.push(`${certs.length - MAX_CERTIFICATES} more than we look at`);
  const [own, ...others] = certificates;
  return { ...(own && { own }), others, ...(rawKey && { rawKey }), revocationLists, unusable, byUrl };
}

const BY_URL: readonly number[] = [CERT_ENCODING['Hash and URL of X.509 certificate'], CERT_ENCODING['Hash and URL of X.509 bundle']];

/** OpenSSL reads the public key late: one of a kind it does not know is to fail here. */
function readCertificate(data: Uint8Array): X509Certificate {
  const certificate = new X509Certificate(data);
  certificate.publicKey.asymmetricKeyType;
  return certificate;
}
