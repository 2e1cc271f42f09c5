import { UsageError } from '../../bytes/errors.js';
import type { ByteReader } from '../../bytes/reader.js';
import type { ByteWriter } from '../../bytes/writer.js';

/**
 * Captures repeat few addresses often, so texts are kept in a table with one place per hash: bounded,
 * and a collision only costs formatting again.
 */
const PLACES = 4096;
const v4Numbers = new Uint32Array(PLACES);
const v4Texts: string[] = new Array<string>(PLACES).fill('0.0.0.0');
const v6Words = new Uint32Array(PLACES * 4);
const v6Texts: string[] = new Array<string>(PLACES).fill('::');

function placeOf(hash: number): number {
  return (Math.imul(hash, 0x9e3779b1) >>> 20) & (PLACES - 1);
}

/** Dotted decimal of an address given as a 32-bit number. */
export function formatIpv4(address: number): string {
  const place = placeOf(address);
  if (v4Numbers[place] === address) return v4Texts[place] as string;
  const text = `${address >>> 24}.${(address >>> 16) & 0xff}.${(address >>> 8) & 0xff}.${address & 0xff}`;
  v4Numbers[place] = address;
  v4Texts[place] = text;
  return text;
}

/** RFC 5952 text of an address given as four 32-bit words. */
export function formatIpv6(a: number, b: number, c: number, d: number): string {
  const place = placeOf(a ^ Math.imul(b, 31) ^ Math.imul(c, 961) ^ Math.imul(d, 29791));
  const at = place * 4;
  if (v6Words[at] === a && v6Words[at + 1] === b && v6Words[at + 2] === c && v6Words[at + 3] === d) return v6Texts[place] as string;
  const text = formatWords(a, b, c, d);
  v6Words.set([a, b, c, d], at);
  v6Texts[place] = text;
  return text;
}

function formatWords(a: number, b: number, c: number, d: number): string {
  // RFC 5952 §5: IPv4-mapped addresses keep their dotted part.
  if (a === 0 && b === 0 && c === 0xffff) return `::ffff:${formatIpv4(d)}`;
  const groups = [a >>> 16, a & 0xffff, b >>> 16, b & 0xffff, c >>> 16, c & 0xffff, d >>> 16, d & 0xffff];
  let best = -1;
  let bestLength = 1;
  for (let i = 0; i < 8; i++) {
    let length = 0;
    while (i + length < 8 && groups[i + length] === 0) length++;
    if (length > bestLength) {
      best = i;
      bestLength = length;
    }
    if (length > 0) i += length;
  }
  const hex = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':');
  return best < 0 ? hex(groups) : `${hex(groups.slice(0, best))}::${hex(groups.slice(best + bestLength))}`;
}

export function readIpv4Address(reader: ByteReader, field: string): string {
  return formatIpv4(reader.u32(field));
}

export function readIpv6Address(reader: ByteReader, field: string): string {
  return formatIpv6(reader.u32(field), reader.u32(field), reader.u32(field), reader.u32(field));
}

/** The 32-bit number of a dotted address, four decimal parts without leading zeroes; undefined when it is none. */
export function parseIpv4(text: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1);
  if (parts === undefined || parts.some((part) => Number(part) > 255 || (part.length > 1 && part.startsWith('0')))) return undefined;
  return parts.reduce((address, part) => address * 256 + Number(part), 0);
}

/** The eight 16-bit groups of an IPv6 address in any spelling of RFC 4291 §2.2, without zone; undefined when it is none. */
export function parseIpv6(text: string): readonly number[] | undefined {
  let plain = text;
  const dotted = /[^:]*\.[^:]*$/.exec(text)?.[0];
  if (dotted !== undefined) {
    const tail = parseIpv4(dotted);
    if (tail === undefined) return undefined;
    plain = `${text.slice(0, -dotted.length)}${(tail >>> 16).toString(16)}:${(tail & 0xffff).toString(16)}`;
  }
  const halves = plain.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...new Array<string>(missing).fill('0'), ...tail];
  return groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) ? groups.map((group) => Number.parseInt(group, 16)) : undefined;
}

/** Four bytes of a dotted address. Throws `UsageError` when it is none. */
export function writeIpv4Address(writer: ByteWriter, text: string): void {
  const address = parseIpv4(text);
  if (address === undefined) throw new UsageError(`not an IPv4 address: "${text.slice(0, 40)}"`);
  writer.u32(address);
}

/** Sixteen bytes of an IPv6 address in any spelling. Throws `UsageError` when it is none. */
export function writeIpv6Address(writer: ByteWriter, text: string): void {
  const groups = parseIpv6(text);
  if (groups === undefined) throw new UsageError(`not an IPv6 address: "${text.slice(0, 50)}"`);
  for (const group of groups) writer.u16(group);
}

/** Four or sixteen bytes of an address in either family; undefined when the text is none. */
export function parseAddressBytes(text: string): Uint8Array | undefined {
  const v4 = parseIpv4(text);
  if (v4 !== undefined) return Uint8Array.of(v4 >>> 24, (v4 >>> 16) & 0xff, (v4 >>> 8) & 0xff, v4 & 0xff);
  const v6 = parseIpv6(text);
  return v6 === undefined ? undefined : Uint8Array.from(v6.flatMap((group) => [group >> 8, group & 0xff]));
}

/** The same of a text that must be one. Throws `UsageError` when it is none. */
export function addressBytes(text: string): Uint8Array {
  const bytes = parseAddressBytes(text);
  if (bytes === undefined) throw new UsageError(`not an address: "${text.slice(0, 50)}"`);
  return bytes;
}

/** The address as a number, of either family; undefined when the text is none. */
export function parseIp(text: string): { readonly version: 4 | 6; readonly value: bigint } | undefined {
  const v4 = parseIpv4(text);
  if (v4 !== undefined) return { version: 4, value: BigInt(v4) };
  const groups = text.includes(':') ? parseIpv6(text) : undefined;
  return groups === undefined ? undefined : { version: 6, value: groups.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n) };
}
