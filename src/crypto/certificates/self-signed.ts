import { generateKeyPairSync, type KeyObject, sign, X509Certificate } from 'node:crypto';
import { DER } from '../../bytes/der.js';
import { derInteger, derOid, writeDer, writeDerTime } from '../../bytes/der-writer.js';

/** A key and the certificate that it signed for itself. */
export interface SelfSigned {
  readonly key: KeyObject;
  readonly certificate: X509Certificate;
}

const OID = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
} as const;

const UTF8_STRING = 0x0c;
const VERSION_3 = Uint8Array.of(0xa0, 3, 2, 1, 2);
const SERIAL_LENGTH = 8;
const DAY = 86_400_000;

/**
 * Makes a key on P-256 and a certificate for it, as `peer-fingerprint` wants them: nobody else vouches for it (RFC 5280 §4.1).
 * @param random serial number; keys come from node
 * @param date milliseconds since 1970: valid from a day before
 */
export function makeSelfSigned(
  { name, usage, days }: { readonly name: string; readonly usage: 'serverAuth' | 'clientAuth'; readonly days: number },
  random: (length: number) => Uint8Array,
  date: number,
): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = writeDer(DER.SEQUENCE, derOid(OID.ecdsaWithSha256));
  const attribute = writeDer(DER.SEQUENCE, derOid(OID.commonName), writeDer(UTF8_STRING, Buffer.from(name, 'utf8')));
  const subject = writeDer(DER.SEQUENCE, writeDer(DER.SET, attribute));
  // The highest bit clear and the next one set: positive, and of full length.
  const serial = Uint8Array.from(random(SERIAL_LENGTH), (byte, at) => (at === 0 ? (byte & 0x3f) | 0x40 : byte));
  const critical = writeDer(DER.BOOLEAN, Uint8Array.of(0xff));
  const extension = (oid: string, value: Uint8Array, ...flags: readonly Uint8Array[]) =>
    writeDer(DER.SEQUENCE, derOid(oid), ...flags, writeDer(DER.OCTET_STRING, value));
  const extensions = writeDer(
    DER.SEQUENCE,
    extension(OID.basicConstraints, writeDer(DER.SEQUENCE), critical),
    // digitalSignature, the first bit of eight.
    extension(OID.keyUsage, writeDer(DER.BIT_STRING, Uint8Array.of(7, 0x80)), critical),
    extension(OID.extendedKeyUsage, writeDer(DER.SEQUENCE, derOid(OID[usage]))),
  );
  const signed = writeDer(
    DER.SEQUENCE,
    VERSION_3,
    derInteger(serial),
    algorithm,
    subject,
    writeDer(DER.SEQUENCE, writeDerTime(new Date(date - DAY)), writeDerTime(new Date(date + days * DAY))),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    writeDer(0xa3, extensions),
  );
  const signature = sign('sha256', signed, privateKey);
  const certificate = writeDer(DER.SEQUENCE, signed, algorithm, writeDer(DER.BIT_STRING, Uint8Array.of(0), signature));
  return { key: privateKey, certificate: new X509Certificate(certificate) };
}
