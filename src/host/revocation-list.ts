import type { X509Certificate } from 'node:crypto';
import { DecodeError } from '../bytes/errors.js';
import { toHex } from '../bytes/hex.js';
import { certificateFields } from '../crypto/certificates/certificate-fields.js';
import { decodeRevocationList } from '../crypto/certificates/revocation-list.js';
import { readPem } from './certificates.js';
import { type Answer, answer, type Host, noAnswer } from './host.js';

/** What a certificate revocation list (RFC 5280 §5.1) says of itself and of others. */
export interface RevocationList {
  readonly file: string;
  readonly thisUpdate: Date;
  /** Absent in lists that never end. */
  readonly nextUpdate?: Date;
  /** DER of the issuer's name, hex: equal names are equal here. */
  readonly issuer: string;
  /** Serial numbers, upper-case hex without leading zeros, as `X509Certificate.serialNumber` has them. */
  readonly revoked: ReadonlySet<string>;
}

/** Lists in a file: PEM, or DER through `openssl`. */
export async function readRevocationLists(host: Host, path: string): Promise<Answer<readonly RevocationList[]>> {
  const text = await readPem(host, path, ['openssl', 'crl', '-inform', 'DER', '-in', path]);
  if (!text.ok) return text;
  const lists = parseRevocationLists(text.value, path);
  return lists.length === 0 ? noAnswer('failed', `${path}: no revocation list in it that can be read`) : answer(lists);
}

/** Every list of a PEM text; what cannot be read is left out. */
export function parseRevocationLists(text: string, file: string): readonly RevocationList[] {
  return [...text.matchAll(/-----BEGIN X509 CRL-----([\s\S]*?)-----END X509 CRL-----/g)].flatMap(([, base64 = '']) => {
    try {
      return [describeList(Buffer.from(base64, 'base64'), file)];
    } catch (error) {
      if (error instanceof DecodeError) return [];
      throw error;
    }
  });
}

/** @throws DecodeError when it is none */
function describeList(bytes: Uint8Array, file: string): RevocationList {
  const { issuer, thisUpdate, nextUpdate, revoked } = decodeRevocationList(bytes);
  return { file, thisUpdate, issuer: toHex(issuer), revoked: new Set(revoked.keys()), ...(nextUpdate !== undefined && { nextUpdate }) };
}

/**
 * DER of the issuer's name of a certificate, hex, to compare with that of a list.
 * @throws DecodeError when the certificate is not what RFC 5280 says
 */
export function issuerOf(certificate: X509Certificate): string {
  return toHex(certificateFields(certificate).issuer);
}
