import type { ByteReader } from '../../bytes/reader.js';
import type { ByteWriter } from '../../bytes/writer.js';
import { ETHERTYPE_IPV4, ETHERTYPE_IPV6 } from './ethertypes.js';

/** Address families as the systems that write such captures number them. */
const FAMILIES: Readonly<Record<number, number>> = {
  2: ETHERTYPE_IPV4, // AF_INET everywhere
  10: ETHERTYPE_IPV6, // Linux
  24: ETHERTYPE_IPV6, // NetBSD, OpenBSD
  28: ETHERTYPE_IPV6, // FreeBSD
  30: ETHERTYPE_IPV6, // Darwin
};

/** Loopback of BSD systems and of tools that write without a link layer: four bytes of address family. */
export interface NullHeader {
  readonly kind: 'null';
  readonly family: number;
  /** The family was in the byte order of a little-endian machine. */
  readonly littleEndian: boolean;
  /** 0 for families other than IP. */
  readonly etherType: number;
}

/**
 * Leaves the reader behind the header. LINKTYPE_NULL has the family in the capturing host's byte order,
 * LINKTYPE_LOOP in network order; as no family reaches 65536, the value itself tells which.
 */
export function decodeNull(reader: ByteReader): NullHeader {
  const high = reader.u16('address family');
  const low = reader.u16('address family');
  const littleEndian = high !== 0;
  const family = littleEndian ? (((low & 0xff) << 24) | ((low >> 8) << 16) | ((high & 0xff) << 8) | (high >> 8)) >>> 0 : low;
  return { kind: 'null', family, littleEndian, etherType: FAMILIES[family] ?? 0 };
}

export function encodeNull(header: NullHeader, writer: ByteWriter): void {
  const { family } = header;
  if (header.littleEndian) {
    writer
      .u8(family & 0xff)
      .u8((family >>> 8) & 0xff)
      .u8((family >>> 16) & 0xff)
      .u8(family >>> 24);
  } else writer.u32(family);
}
