import type { ByteReader } from './reader.js';

/** Tags of DER that certificates and names are made of (X.680 §8.6, X.690 §8). */
export const DER = {
  BOOLEAN: 0x01,
  INTEGER: 0x02,
  BIT_STRING: 0x03,
  OCTET_STRING: 0x04,
  OID: 0x06,
  UTC_TIME: 0x17,
  GENERALIZED_TIME: 0x18,
  BMP_STRING: 0x1e,
  SEQUENCE: 0x30,
  SET: 0x31,
} as const;

/** One element: what it is and what is in it. */
export interface DerElement {
  readonly tag: number;
  readonly body: ByteReader;
  /** Tag, length and contents. */
  readonly whole: Uint8Array;
}

/**
 * The next element (X.690 §8.1); with `tag`, it must be one of that kind. Lengths beyond four bytes are more than any message has.
 * @throws DecodeError
 */
export function readDer(r: ByteReader, field: string, tag?: number): DerElement {
  const start = r.fork();
  const from = r.offset;
  const found = r.u8(field);
  if (tag !== undefined && found !== tag) throw r.fail(field, `DER tag ${found} instead of ${tag}`);
  const first = r.u8(`${field} length`);
  let length = first;
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count === 0 || count > 4) throw r.fail(`${field} length`, `${count} bytes of length`);
    length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + r.u8(`${field} length`);
  }
  const body = r.sub(length, field);
  return { tag: found, body, whole: start.bytes(r.offset - from, field) };
}

/** The contents of an OID as `2.5.29.15` (X.690 §8.19). */
export function oidText(r: ByteReader): string {
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

/**
 * `260102030405Z`, `20500102030405Z` (RFC 5280 §4.1.2.5: two digits from 50 on are of the twentieth century).
 * @throws DecodeError when it is no time
 */
export function derTime({ tag, body }: DerElement): Date {
  const text = Buffer.from(body.fork().rest()).toString('latin1');
  const digits = tag === DER.UTC_TIME ? (Number(text.slice(0, 2)) >= 50 ? `19${text}` : `20${text}`) : text;
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?Z$/.exec(digits);
  if (match === null) throw body.fail('time', 'not a time of DER');
  const [, year, month, day, hour, minute, second = '00'] = match;
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(time.getTime())) throw body.fail('time', 'no such day or hour');
  return time;
}
