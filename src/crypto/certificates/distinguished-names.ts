import { DER, oidText, readDer } from '../../bytes/der.js';
import { DecodeError } from '../../bytes/errors.js';
import { toHex } from '../../bytes/hex.js';
import { ByteReader } from '../../bytes/reader.js';

/** Kinds of string whose text is compared, by the encoding of their characters (X.680 §8.6). */
const TEXT: Readonly<Record<number, string>> = { 12: 'utf-8', 19: 'latin1', 20: 'latin1', 22: 'latin1', 30: 'utf-16be' };

/**
 * Whether two names in DER are the same: part by part in their order, text without regard to its kind of string, to case and to how
 * much space there is (RFC 5280 §7.1). What is no name is the same as nothing but itself.
 */
export function sameName(a: Uint8Array, b: Uint8Array): boolean {
  if (Buffer.from(a).equals(b)) return true;
  const [left, right] = [canonical(a), canonical(b)];
  return left !== undefined && left === right;
}

function canonical(der: Uint8Array): string | undefined {
  try {
    const r = new ByteReader(der);
    const name = readDer(r, 'Name', DER.SEQUENCE).body;
    r.end('Name');
    const parts: string[] = [];
    while (name.remaining > 0) {
      const set = readDer(name, 'RelativeDistinguishedName', DER.SET).body;
      const attributes: string[] = [];
      while (set.remaining > 0) {
        const attribute = readDer(set, 'AttributeTypeAndValue', DER.SEQUENCE).body;
        const type = oidText(readDer(attribute, 'AttributeType', DER.OID).body);
        const value = readDer(attribute, 'AttributeValue');
        const encoding = TEXT[value.tag];
        const text = encoding === undefined ? toHex(value.whole) : folded(new TextDecoder(encoding).decode(value.body.rest()));
        attributes.push(JSON.stringify([type, text]));
      }
      parts.push(attributes.sort().join('+'));
    }
    return parts.join(',');
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

const folded = (text: string): string => text.trim().replace(/\s+/g, ' ').toLowerCase();
