import type { ByteReader } from '../bytes/reader.js';
import type { ByteWriter } from '../bytes/writer.js';
import { readIpv6Address, writeIpv6Address } from './ip/address.js';
import { type MacAddress, readMac, writeMac } from './link/mac.js';

/** ICMPv6 types of neighbour discovery (RFC 4861 §4.3, §4.4). */
export const NEIGHBOR_SOLICITATION = 135;
export const NEIGHBOR_ADVERTISEMENT = 136;
/** Flags of an advertisement: in answer to a solicitation, and in place of what was known. */
export const SOLICITED_OVERRIDE = 0x6000_0000;
/** Routers would have lowered it: whoever sends neighbour discovery is on this link (RFC 4861 §7.1). */
export const NDP_HOP_LIMIT = 255;

/** The body of a neighbour solicitation or advertisement, behind the eight bytes that all ICMPv6 has. */
export interface NeighborMessage {
  /** IPv6: who is asked for, or answers. */
  readonly target: string;
  /** Link-layer address: of the sender in a solicitation, of the target in an advertisement; absent where nobody said it. */
  readonly mac: MacAddress | undefined;
}

/** Options in units of eight bytes: source and target link-layer address (RFC 4861 §4.6.1). */
const OPTION: Readonly<Record<number, number>> = { [NEIGHBOR_SOLICITATION]: 1, [NEIGHBOR_ADVERTISEMENT]: 2 };
const UNIT = 8;

/** Reads to the end of the reader. Throws `DecodeError`, also for an option without length, as RFC 4861 §4.6 wants. */
export function decodeNeighbor(type: number, reader: ByteReader): NeighborMessage {
  const target = readIpv6Address(reader, 'neighbour target');
  let mac: MacAddress | undefined;
  while (reader.remaining > 0) {
    const option = reader.u8('neighbour option');
    const length = reader.u8('neighbour option length') * UNIT - 2;
    if (length < 0) throw reader.fail('neighbour option length', '0');
    const body = reader.sub(length, 'neighbour option');
    if (option === OPTION[type] && length === UNIT - 2) mac = readMac(body, 'neighbour link-layer address');
  }
  return { target, mac };
}

/** Throws `UsageError` when the target is no IPv6 address. */
export function encodeNeighbor(type: number, { target, mac }: NeighborMessage, writer: ByteWriter): void {
  writeIpv6Address(writer, target);
  if (mac === undefined) return;
  writer.u8(OPTION[type] ?? 1).u8(1);
  writeMac(writer, mac);
}
