import { DER } from './der.js';

/** One element of DER: tag, length, contents one behind the other (X.690 §8.1). */
export function writeDer(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const length = contents.reduce((sum, { length: bytes }) => sum + bytes, 0);
  const head = length < 0x80 ? [tag, length] : [tag, 0x80 | lengthBytes(length).length, ...lengthBytes(length)];
  return Buffer.concat([Uint8Array.from(head), ...contents]);
}

function lengthBytes(length: number): readonly number[] {
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest & 0xff);
  return bytes;
}

/** A number that is not negative, big-endian (X.690 §8.3). */
export function derInteger(bytes: Uint8Array): Uint8Array {
  const from = bytes.findIndex((byte) => byte !== 0);
  const short = from < 0 ? Uint8Array.of(0) : bytes.subarray(from);
  return writeDer(DER.INTEGER, (short[0] ?? 0) >= 0x80 ? Uint8Array.of(0) : new Uint8Array(0), short);
}

/** `2.5.29.15` (X.690 §8.19). */
export function derOid(text: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const groups = [arc & 0x7f];
    for (let more = Math.floor(arc / 128); more > 0; more = Math.floor(more / 128)) groups.unshift(0x80 | (more & 0x7f));
    return groups;
  });
  return writeDer(DER.OID, Uint8Array.from(bytes));
}

/** Up to 2049 in two digits of year, as certificates have it (RFC 5280 §4.1.2.5). */
export function writeDerTime(date: Date): Uint8Array {
  const digits = date.toISOString().replace(/[-:T]|\..*/g, '');
  const utc = date.getUTCFullYear() < 2050;
  return writeDer(utc ? DER.UTC_TIME : DER.GENERALIZED_TIME, Buffer.from(`${utc ? digits.slice(2) : digits}Z`, 'latin1'));
}
