import type { KeyObject } from 'node:crypto';
import { DER, derTime, readDer } from '../../bytes/der.js';
import { ByteReader } from '../../bytes/reader.js';
import { signatureSchemeOf } from '../signatures/signature-schemes.js';
import { serialText } from './certificate-fields.js';

/** What a certificate revocation list (RFC 5280 §5.1) says of itself and of others. */
export interface RevocationList {
  /** Name of the issuer, DER. */
  readonly issuer: Uint8Array;
  readonly thisUpdate: Date;
  /** Absent in lists that never end. */
  readonly nextUpdate?: Date;
  /** When each was revoked, by serial number: upper-case hex without zeros in front, as `X509Certificate.serialNumber`. */
  readonly revoked: ReadonlyMap<string, Date>;
  /** Whether the key signed it; false too for a signature that we cannot check. */
  isSignedBy(key: KeyObject): boolean;
}

/** @throws DecodeError when the bytes are no such list */
export function decodeRevocationList(bytes: Uint8Array): RevocationList {
  const outer = readDer(new ByteReader(bytes), 'CertificateList', DER.SEQUENCE).body;
  const signed = readDer(outer, 'tbsCertList', DER.SEQUENCE);
  const algorithm = readDer(outer, 'signatureAlgorithm', DER.SEQUENCE).whole;
  const bits = readDer(outer, 'signatureValue', DER.BIT_STRING).body;
  if (bits.u8('unused bits') !== 0) throw bits.fail('signatureValue', 'not whole bytes');
  const signature = bits.rest();
  const list = signed.body;
  const version = readDer(list, 'version');
  if (version.tag === DER.INTEGER) readDer(list, 'signature', DER.SEQUENCE);
  const issuer = readDer(list, 'issuer', DER.SEQUENCE).whole;
  const thisUpdate = derTime(readDer(list, 'thisUpdate'));
  let nextUpdate: Date | undefined;
  const revoked = new Map<string, Date>();
  while (list.remaining > 0) {
    const part = readDer(list, 'nextUpdate or revokedCertificates');
    if (part.tag === DER.UTC_TIME || part.tag === DER.GENERALIZED_TIME) nextUpdate = derTime(part);
    else if (part.tag === DER.SEQUENCE) {
      while (part.body.remaining > 0) {
        const entry = readDer(part.body, 'revokedCertificate', DER.SEQUENCE).body;
        revoked.set(serialText(readDer(entry, 'userCertificate', DER.INTEGER)), derTime(readDer(entry, 'revocationDate')));
      }
    }
  }
  return {
    issuer,
    thisUpdate,
    ...(nextUpdate !== undefined && { nextUpdate }),
    revoked,
    isSignedBy(key) {
      // Lists are signed with the algorithms, and the DER for them, that RFC 7427 took over.
      const scheme = signatureSchemeOf(14, algorithm);
      return scheme !== undefined && scheme.misfit(key) === undefined && scheme.verify(key, signed.whole, signature);
    },
  };
}
