import type { ByteReader } from '../bytes/reader.js';
import type { ByteWriter } from '../bytes/writer.js';

/** Bytes of a header without options. */
export const TCP_HEADER_LENGTH = 20;

/** Of the flags. */
export const TCP_FIN = 0x01;
export const TCP_SYN = 0x02;
export const TCP_RST = 0x04;
export const TCP_ACK = 0x10;

export interface TcpHeader {
  readonly kind: 'tcp';
  readonly srcPort: number;
  readonly dstPort: number;
  readonly sequence: number;
  readonly acknowledgment: number;
  /** The twelve bits from the reserved ones down to FIN. */
  readonly flags: number;
  readonly window: number;
  readonly checksum: number;
  readonly urgent: number;
  /** As they stand, padding included. */
  readonly options: Uint8Array;
}

const NO_OPTIONS = new Uint8Array(0);

/** Leaves the reader behind the options. RFC 9293 §3.1. Throws `DecodeError` on an impossible data offset. */
export function decodeTcp(reader: ByteReader): TcpHeader {
  const srcPort = reader.u16('TCP source port');
  const dstPort = reader.u16('TCP destination port');
  const sequence = reader.u32('TCP sequence number');
  const acknowledgment = reader.u32('TCP acknowledgment number');
  const offsetAndFlags = reader.u16('TCP data offset and flags');
  const headerLength = (offsetAndFlags >> 12) * 4;
  if (headerLength < TCP_HEADER_LENGTH) throw reader.fail('TCP data offset', `${headerLength} bytes, at least 20 needed`);
  const window = reader.u16('TCP window');
  const checksum = reader.u16('TCP checksum');
  const urgent = reader.u16('TCP urgent pointer');
  const optionsLength = headerLength - TCP_HEADER_LENGTH;
  return {
    kind: 'tcp',
    srcPort,
    dstPort,
    sequence,
    acknowledgment,
    flags: offsetAndFlags & 0xfff,
    window,
    checksum,
    urgent,
    options: optionsLength === 0 ? NO_OPTIONS : reader.bytes(optionsLength, 'TCP options'),
  };
}

export function encodeTcp(header: TcpHeader, writer: ByteWriter): void {
  writer.u16(header.srcPort).u16(header.dstPort).u32(header.sequence).u32(header.acknowledgment);
  writer.u16((((TCP_HEADER_LENGTH + header.options.length) / 4) << 12) | header.flags);
  writer.u16(header.window).u16(header.checksum).u16(header.urgent).bytes(header.options);
}
