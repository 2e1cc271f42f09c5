import type { X509Certificate } from 'node:crypto';
import { DER, type DerElement, oidText, readDer } from '../../bytes/der.js';
import { toHex } from '../../bytes/hex.js';
import { ByteReader } from '../../bytes/reader.js';

/** What node's X509Certificate does not tell of a certificate (RFC 5280 §4.1, §4.2). */
export interface CertificateFields {
  /** Names as they stand, DER. */
  readonly subject: Uint8Array;
  readonly issuer: Uint8Array;
  /** Upper-case hex without zeros in front, as `X509Certificate.serialNumber`. */
  readonly serialNumber: string;
  /** OID of what it is signed with. */
  readonly signatureAlgorithm: string;
  /** Absent where there is no such extension: version 1, or an end that nobody marked. */
  readonly basicConstraints?: { readonly isAuthority: boolean; readonly pathLength?: number };
  /** Names of the bits that are set (RFC 5280 §4.2.1.3); absent: everything is allowed. */
  readonly keyUsage?: readonly KeyUsage[];
  /** OIDs; absent: everything is allowed. */
  readonly extendedKeyUsage?: readonly string[];
  readonly alternativeNames: readonly AlternativeName[];
  /** Extensions that whoever does not know them must refuse, and that we do not know, by OID. */
  readonly unknownCritical: readonly string[];
}

const KEY_USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;
export type KeyUsage = (typeof KEY_USAGES)[number];

/** A GeneralName (RFC 5280 §4.2.1.6). */
export interface AlternativeName {
  readonly type: 'dns' | 'email' | 'ip' | 'dn' | 'other';
  /** The contents: text in ASCII, 4 or 16 bytes of address, a name in DER. */
  readonly bytes: Uint8Array;
  /** The whole GeneralName, DER. */
  readonly whole: Uint8Array;
}

const EXTENSION = {
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
} as const;
/** Critical ones that change nothing for us: certificate policies, and who issued it. */
const HARMLESS = new Set(['2.5.29.14', '2.5.29.32', '2.5.29.35']);

/** More names than this serve nobody but an attacker. */
const MAX_NAMES = 1000;

const known = new WeakMap<X509Certificate, CertificateFields>();

/** Read once for each certificate. @throws DecodeError when the extensions are not what RFC 5280 says */
export function certificateFields(certificate: X509Certificate): CertificateFields {
  const before = known.get(certificate);
  if (before !== undefined) return before;
  const fields = decodeFields(certificate.raw);
  known.set(certificate, fields);
  return fields;
}

function decodeFields(bytes: Uint8Array): CertificateFields {
  const body = readDer(readDer(new ByteReader(bytes), 'Certificate', DER.SEQUENCE).body, 'tbsCertificate', DER.SEQUENCE).body;
  let serial = readDer(body, 'version or serialNumber');
  // An explicit [0] is the version.
  if (serial.tag === 0xa0) serial = readDer(body, 'serialNumber', DER.INTEGER);
  const signature = readDer(body, 'signature', DER.SEQUENCE).body;
  const issuer = readDer(body, 'issuer', DER.SEQUENCE).whole;
  readDer(body, 'validity', DER.SEQUENCE);
  const subject = readDer(body, 'subject', DER.SEQUENCE).whole;
  readDer(body, 'subjectPublicKeyInfo', DER.SEQUENCE);
  const fields: Mutable<CertificateFields> = {
    subject,
    issuer,
    serialNumber: serialText(serial),
    signatureAlgorithm: oidText(readDer(signature, 'algorithm', DER.OID).body),
    alternativeNames: [],
    unknownCritical: [],
  };
  while (body.remaining > 0) {
    const part = readDer(body, 'extensions');
    // [1] and [2] are unique identifiers that nobody uses.
    if (part.tag === 0xa3) readExtensions(readDer(part.body, 'extensions', DER.SEQUENCE).body, fields);
  }
  return fields;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function readExtensions(list: ByteReader, fields: Mutable<CertificateFields>): void {
  while (list.remaining > 0) {
    const extension = readDer(list, 'Extension', DER.SEQUENCE).body;
    const oid = oidText(readDer(extension, 'extnID', DER.OID).body);
    let value = readDer(extension, 'critical or extnValue');
    const critical = value.tag === DER.BOOLEAN && value.body.u8('critical') !== 0;
    if (value.tag === DER.BOOLEAN) value = readDer(extension, 'extnValue', DER.OCTET_STRING);
    if (oid === EXTENSION.basicConstraints) fields.basicConstraints = basicConstraints(value.body);
    else if (oid === EXTENSION.keyUsage) fields.keyUsage = keyUsage(value.body);
    else if (oid === EXTENSION.extendedKeyUsage) fields.extendedKeyUsage = oids(value.body);
    else if (oid === EXTENSION.subjectAltName) fields.alternativeNames = alternativeNames(value.body);
    else if (critical && !HARMLESS.has(oid)) fields.unknownCritical = [...fields.unknownCritical, oid];
  }
}

function basicConstraints(r: ByteReader): NonNullable<CertificateFields['basicConstraints']> {
  const { body } = readDer(r, 'BasicConstraints', DER.SEQUENCE);
  let isAuthority = false;
  let pathLength: number | undefined;
  while (body.remaining > 0) {
    const part = readDer(body, 'cA or pathLenConstraint');
    if (part.tag === DER.BOOLEAN) isAuthority = part.body.u8('cA') !== 0;
    else if (part.tag === DER.INTEGER) pathLength = part.body.rest().reduce((length, byte) => Math.min(length * 256 + byte, 0xffff), 0);
  }
  return { isAuthority, ...(pathLength !== undefined && { pathLength }) };
}

/** The first bit is the topmost of the first byte (X.690 §8.6.2). */
function keyUsage(r: ByteReader): readonly KeyUsage[] {
  const { body } = readDer(r, 'KeyUsage', DER.BIT_STRING);
  body.u8('unused bits');
  const bytes = body.rest();
  return KEY_USAGES.filter((_, bit) => ((bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0);
}

function oids(r: ByteReader): readonly string[] {
  const { body } = readDer(r, 'ExtKeyUsageSyntax', DER.SEQUENCE);
  const found: string[] = [];
  while (body.remaining > 0 && found.length < MAX_NAMES) found.push(oidText(readDer(body, 'KeyPurposeId', DER.OID).body));
  return found;
}

/** By context tag of GeneralName. */
const NAME_TYPES: Readonly<Record<number, AlternativeName['type']>> = { 129: 'email', 130: 'dns', 164: 'dn', 135: 'ip' };

function alternativeNames(r: ByteReader): readonly AlternativeName[] {
  const { body } = readDer(r, 'GeneralNames', DER.SEQUENCE);
  const names: AlternativeName[] = [];
  while (body.remaining > 0 && names.length < MAX_NAMES) {
    const name = readDer(body, 'GeneralName');
    names.push({ type: NAME_TYPES[name.tag] ?? 'other', bytes: name.body.rest(), whole: name.whole });
  }
  return names;
}

/** Upper-case hex of an INTEGER without zeros in front. */
export function serialText({ body }: DerElement): string {
  return toHex(body.rest())
    .toUpperCase()
    .replace(/^(?:00)+(?=.)/, '');
}
