import { DecodeError } from '../../bytes/errors.js';
import { toHex } from '../../bytes/hex.js';
import { ByteReader } from '../../bytes/reader.js';
import { printableText } from './printable.js';

const SEQUENCE = 0x30;
const SET = 0x31;
const OID = 0x06;
const BMP_STRING = 0x1e;

/** Attribute types of names by their OID, RFC 4519 §2, RFC 4514 §3; E is the e-mail address of RFC 2985. */
export const ATTRIBUTE_NAMES: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.12': 'T',
  '2.5.4.13': 'D',
  '2.5.4.42': 'G',
  '2.5.4.43': 'I',
  '2.5.4.46': 'dnQualifier',
  '2.5.4.65': 'pseudonym',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'E',
  '1.2.840.113549.1.9.2': 'unstructuredName',
  '1.2.840.113549.1.9.8': 'unstructuredAddress',
};

/** A DER distinguished name as `C=DE, O=Example, CN=gateway`, in the order of the bytes; bytes that are none as hex. */
export function distinguishedNameText(der: Uint8Array): string {
  try {
    const r = new ByteReader(der);
    const name = open(r, SEQUENCE);
    const parts: string[] = [];
    while (name.remaining > 0) {
      const set = open(name, SET);
      while (set.remaining > 0) parts.push(attributeText(open(set, SEQUENCE)));
    }
    r.end('name');
    return parts.join(', ');
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return `0x${toHex(der)}`;
  }
}

function attributeText(r: ByteReader): string {
  const oid = oidText(open(r, OID));
  const tag = r.u8('string tag');
  const value = r.bytes(derLength(r), 'string');
  const text =
    tag === BMP_STRING ? printableText(new TextEncoder().encode(new TextDecoder('utf-16be').decode(value))) : printableText(value);
  return `${ATTRIBUTE_NAMES[oid] ?? oid}=${text}`;
}

function open(r: ByteReader, tag: number): ByteReader {
  const found = r.u8('DER tag');
  if (found !== tag) throw r.fail('DER tag', `${found} instead of ${tag}`);
  return r.sub(derLength(r), 'DER value');
}

/** X.690 §8.1.3; four bytes of length are more than any message has. */
function derLength(r: ByteReader): number {
  const first = r.u8('DER length');
  if (first < 0x80) return first;
  let length = 0;
  if (first > 0x84) throw r.fail('DER length', `${first & 0x7f} bytes of length`);
  for (let i = first & 0x7f; i > 0; i--) length = length * 256 + r.u8('DER length');
  return length;
}

function oidText(r: ByteReader): string {
  const arcs: number[] = [];
  let arc = 0;
  while (r.remaining > 0) {
    const byte = r.u8('OID');
    arc = arc * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      if (arcs.length === 0) arcs.push(Math.min(Math.floor(arc / 40), 2), arc < 80 ? arc % 40 : arc - 80);
      else arcs.push(arc);
      arc = 0;
    }
  }
  return arcs.join('.');
}
