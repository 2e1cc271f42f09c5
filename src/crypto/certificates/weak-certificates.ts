import type { X509Certificate } from 'node:crypto';
import { certificateFields } from './certificate-fields.js';
import { nameText } from './certificate-text.js';

/** RFC 3279 §2.2, RFC 4055 §2.1. */
const WEAK_SIGNATURES: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.2': 'MD2',
  '1.2.840.113549.1.1.4': 'MD5',
  '1.2.840.113549.1.1.5': 'SHA-1',
  '1.2.840.10040.4.3': 'SHA-1',
  '1.2.840.10045.4.1': 'SHA-1',
};
/** NIST SP 800-131A: less is for nobody any more. */
const LEAST_RSA = 2048;

/**
 * What of a path from an end to its authority daemons of today refuse (OpenSSL from security level 2 on), in words. Nobody looks at the
 * signature of the authority itself.
 */
export function weaknesses(path: readonly X509Certificate[]): readonly string[] {
  return path.flatMap((certificate, at) => {
    const name = nameText(certificate.subject);
    const hash = at === path.length - 1 ? undefined : WEAK_SIGNATURES[certificateFields(certificate).signatureAlgorithm];
    const bits = certificate.publicKey.asymmetricKeyDetails?.modulusLength;
    return [
      ...(hash === undefined ? [] : [`weak: the certificate of ${name} is signed with ${hash}`]),
      ...(bits === undefined || bits >= LEAST_RSA ? [] : [`weak: the RSA key of ${name} has ${bits} bits only`]),
    ];
  });
}
