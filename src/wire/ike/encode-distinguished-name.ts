import { UsageError } from '../../bytes/errors.js';
import { ByteWriter } from '../../bytes/writer.js';
import { ATTRIBUTE_NAMES } from './distinguished-name.js';

const SEQUENCE = 0x30;
const SET = 0x31;
const OID = 0x06;
const UTF8_STRING = 0x0c;
const PRINTABLE_STRING = 0x13;
const IA5_STRING = 0x16;

/** RFC 5280 appendix A: types with one string type of their own; the others may be UTF-8 (§4.1.2.4). */
const STRING_TYPES: Readonly<Record<string, number>> = {
  C: PRINTABLE_STRING,
  serialNumber: PRINTABLE_STRING,
  dnQualifier: PRINTABLE_STRING,
  DC: IA5_STRING,
  E: IA5_STRING,
};

/** Other spellings of the same types. */
const ALIASES: ReadonlyMap<string, string> = new Map(Object.entries({ emailAddress: 'E', S: 'ST', GN: 'G', SERIALNUMBER: 'serialNumber' }));

const OIDS: ReadonlyMap<string, string> = new Map(Object.entries(ATTRIBUTE_NAMES).map(([oid, name]) => [name.toUpperCase(), oid]));

/**
 * DER of a distinguished name written `C=DE, O=Example, CN=gateway` or `/C=DE/O=Example/CN=gateway`, in the order as written.
 * A comma inside a value stands behind a backslash.
 * @throws UsageError for a type nobody knows and for what is no name
 */
export function encodeDistinguishedName(text: string): Uint8Array {
  const parts = text.startsWith('/') ? text.slice(1).split(/(?<!\\)\//) : text.split(/(?<!\\),/);
  return der(SEQUENCE, Buffer.concat(parts.map((part) => der(SET, der(SEQUENCE, attribute(part.trim(), text))))));
}

function attribute(part: string, whole: string): Uint8Array {
  const at = part.indexOf('=');
  if (at < 1) throw new UsageError(`"${whole}" is not a distinguished name`, 'for example "C=DE, O=Example, CN=gateway"');
  const written = part.slice(0, at).trim();
  const name = ALIASES.get(written) ?? written;
  const oid = OIDS.get(name.toUpperCase()) ?? (/^\d+(\.\d+)+$/.test(name) ? name : undefined);
  if (oid === undefined)
    throw new UsageError(`"${whole}": ${written} is not a type of a distinguished name`, 'C, ST, L, O, OU, CN, E, DC, UID, … or an OID');
  const value = Buffer.from(
    part
      .slice(at + 1)
      .trim()
      .replace(/\\(.)/g, '$1'),
    'utf8',
  );
  return Buffer.concat([der(OID, oidBytes(oid)), der(STRING_TYPES[ATTRIBUTE_NAMES[oid] ?? ''] ?? UTF8_STRING, value)]);
}

/** X.690 §8.19. */
function oidBytes(oid: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = oid.split('.').map(Number);
  return Uint8Array.from([first * 40 + second, ...rest].flatMap(base128));
}

function base128(arc: number): number[] {
  const bytes = [arc & 0x7f];
  for (let more = Math.floor(arc / 128); more > 0; more = Math.floor(more / 128)) bytes.unshift((more & 0x7f) | 0x80);
  return bytes;
}

/** X.690 §8.1.3, lengths up to 65535. */
function der(tag: number, content: Uint8Array): Uint8Array {
  const w = new ByteWriter(content.length + 4).u8(tag);
  if (content.length < 0x80) w.u8(content.length);
  else if (content.length < 0x100) w.u8(0x81).u8(content.length);
  else w.u8(0x82).u16(content.length);
  return w.bytes(content).finish();
}
