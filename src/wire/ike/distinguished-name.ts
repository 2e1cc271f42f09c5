import { DER, oidText, readDer } from '../../bytes/der.js';
import { DecodeError } from '../../bytes/errors.js';
import { toHex } from '../../bytes/hex.js';
import { printableText } from '../../bytes/printable.js';
import { ByteReader } from '../../bytes/reader.js';

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
    const name = readDer(r, 'Name', DER.SEQUENCE).body;
    const parts: string[] = [];
    while (name.remaining > 0) {
      const set = readDer(name, 'RelativeDistinguishedName', DER.SET).body;
      while (set.remaining > 0) parts.push(attributeText(readDer(set, 'AttributeTypeAndValue', DER.SEQUENCE).body));
    }
    r.end('Name');
    return parts.join(', ');
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return `0x${toHex(der)}`;
  }
}

function attributeText(r: ByteReader): string {
  const oid = oidText(readDer(r, 'AttributeType', DER.OID).body);
  const { tag, body } = readDer(r, 'AttributeValue');
  const value = body.rest();
  const text =
    tag === DER.BMP_STRING ? printableText(new TextEncoder().encode(new TextDecoder('utf-16be').decode(value))) : printableText(value);
  return `${ATTRIBUTE_NAMES[oid] ?? oid}=${text}`;
}
