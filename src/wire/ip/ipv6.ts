import type { ByteReader } from '../../bytes/reader.js';
import type { ByteWriter } from '../../bytes/writer.js';
import { readIpv6Address, writeIpv6Address } from './address.js';

/** Bytes of the fixed header. */
export const IPV6_HEADER_LENGTH = 40;

export interface Ipv6Header {
  readonly kind: 'ipv6';
  readonly trafficClass: number;
  readonly flowLabel: number;
  /** Extension headers and payload, bytes; 0 for jumbograms and from interfaces that segment in hardware. */
  readonly payloadLength: number;
  readonly nextHeader: number;
  readonly hopLimit: number;
  readonly src: string;
  readonly dst: string;
}

/** Leaves the reader behind the fixed header. RFC 8200 §3. Throws `DecodeError` on another version. */
export function decodeIpv6(reader: ByteReader): Ipv6Header {
  const first = reader.u32('IPv6 version, traffic class and flow label');
  if (first >>> 28 !== 6) throw reader.fail('IPv6 version', `is ${first >>> 28}, not 6`);
  return {
    kind: 'ipv6',
    trafficClass: (first >>> 20) & 0xff,
    flowLabel: first & 0xfffff,
    payloadLength: reader.u16('IPv6 payload length'),
    nextHeader: reader.u8('IPv6 next header'),
    hopLimit: reader.u8('IPv6 hop limit'),
    src: readIpv6Address(reader, 'IPv6 source'),
    dst: readIpv6Address(reader, 'IPv6 destination'),
  };
}

export function encodeIpv6(header: Ipv6Header, writer: ByteWriter): void {
  writer.u32((0x60000000 | (header.trafficClass << 20) | header.flowLabel) >>> 0);
  writer.u16(header.payloadLength).u8(header.nextHeader).u8(header.hopLimit);
  writeIpv6Address(writer, header.src);
  writeIpv6Address(writer, header.dst);
}
