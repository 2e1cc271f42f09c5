import type { ByteReader } from '../bytes/reader.js';
import type { ByteWriter } from '../bytes/writer.js';

/** Bytes of the header. */
export const UDP_HEADER_LENGTH = 8;

export interface UdpHeader {
  readonly kind: 'udp';
  readonly srcPort: number;
  readonly dstPort: number;
  /** Header and payload, bytes. */
  readonly length: number;
  /** 0: the sender computed none, as RFC 3948 asks for ESP in UDP over IPv4. */
  readonly checksum: number;
}

/** Leaves the reader behind the header. RFC 768. */
export function decodeUdp(reader: ByteReader): UdpHeader {
  return {
    kind: 'udp',
    srcPort: reader.u16('UDP source port'),
    dstPort: reader.u16('UDP destination port'),
    length: reader.u16('UDP length'),
    checksum: reader.u16('UDP checksum'),
  };
}

export function encodeUdp(header: UdpHeader, writer: ByteWriter): void {
  writer.u16(header.srcPort).u16(header.dstPort).u16(header.length).u16(header.checksum);
}
