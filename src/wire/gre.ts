import type { ByteReader } from '../bytes/reader.js';
import type { ByteWriter } from '../bytes/writer.js';

const CHECKSUM = 0x8000;
const ROUTING = 0x4000;
const KEY = 0x2000;
const SEQUENCE = 0x1000;
/** Version 1 only: an acknowledgment number is there. */
const ACKNOWLEDGMENT = 0x0080;

/** GRE version 0, or version 1 as PPTP uses it. */
export interface GreHeader {
  readonly kind: 'gre';
  readonly version: number;
  /** EtherType of what is inside. */
  readonly etherType: number;
  readonly checksum: number | undefined;
  /** Offset of the active source route (RFC 1701), when the routing bit is set. */
  readonly routingOffset: number | undefined;
  /** Source route entries as they stand, the closing empty one included. */
  readonly routing: Uint8Array | undefined;
  /** Version 1: upper half payload length, lower half call id. */
  readonly key: number | undefined;
  readonly sequence: number | undefined;
  readonly acknowledgment: number | undefined;
}

/** Leaves the reader behind the header. RFC 2784 §2, RFC 2890 §2, RFC 1701, RFC 2637 §4.1. */
export function decodeGre(reader: ByteReader): GreHeader {
  const flags = reader.u16('GRE flags');
  const version = flags & 7;
  const etherType = reader.u16('GRE protocol type');
  const hasChecksum = (flags & CHECKSUM) !== 0;
  const hasRouting = (flags & ROUTING) !== 0;
  let checksum: number | undefined;
  let routingOffset: number | undefined;
  if (hasChecksum || hasRouting) {
    // RFC 1701: both fields are there as soon as one of the two bits is set.
    const first = reader.u16('GRE checksum');
    const second = reader.u16('GRE routing offset');
    if (hasChecksum) checksum = first;
    if (hasRouting) routingOffset = second;
  }
  const key = (flags & KEY) !== 0 ? reader.u32('GRE key') : undefined;
  const sequence = (flags & SEQUENCE) !== 0 ? reader.u32('GRE sequence number') : undefined;
  const acknowledgment = version === 1 && (flags & ACKNOWLEDGMENT) !== 0 ? reader.u32('GRE acknowledgment number') : undefined;
  const routing = hasRouting ? readSourceRoutes(reader) : undefined;
  return { kind: 'gre', version, etherType, checksum, routingOffset, routing, key, sequence, acknowledgment };
}

/** Entries of address family, offset, length and data, up to and with the one of family 0 and length 0. */
function readSourceRoutes(reader: ByteReader): Uint8Array {
  const ahead = reader.fork();
  let length = 0;
  for (;;) {
    const family = ahead.u16('GRE source route address family');
    ahead.skip(1, 'GRE source route offset');
    const entry = ahead.u8('GRE source route length');
    ahead.skip(entry, 'GRE source route');
    length += 4 + entry;
    if (family === 0 && entry === 0) return reader.bytes(length, 'GRE source routes');
  }
}

export function encodeGre(header: GreHeader, writer: ByteWriter): void {
  writer.u16(
    (header.checksum === undefined ? 0 : CHECKSUM) |
      (header.routing === undefined ? 0 : ROUTING) |
      (header.key === undefined ? 0 : KEY) |
      (header.sequence === undefined ? 0 : SEQUENCE) |
      (header.acknowledgment === undefined ? 0 : ACKNOWLEDGMENT) |
      header.version,
  );
  writer.u16(header.etherType);
  if (header.checksum !== undefined || header.routing !== undefined) writer.u16(header.checksum ?? 0).u16(header.routingOffset ?? 0);
  if (header.key !== undefined) writer.u32(header.key);
  if (header.sequence !== undefined) writer.u32(header.sequence);
  if (header.acknowledgment !== undefined) writer.u32(header.acknowledgment);
  if (header.routing !== undefined) writer.bytes(header.routing);
}
