import type { ByteReader } from '../bytes/reader.js';
import type { ByteWriter } from '../bytes/writer.js';
import { decodeUdpEncap, encodeUdpEncap, type UdpEncapKind } from './udp-encap.js';

/** The initiator's stream begins with this, once (RFC 9329 §4). */
export const TCP_ENCAP_PREFIX: Uint8Array = new TextEncoder().encode('IKETCP');

/** The length field counts itself (RFC 9329 §3.1). */
export const TCP_ENCAP_LENGTH_SIZE = 2;

/** What stands in front of each message of the stream. */
export interface TcpEncapHeader {
  /** Of the whole message: this field, marker and what follows. */
  readonly length: number;
  readonly kind: UdpEncapKind;
}

/**
 * Reads length and marker of one message and leaves the reader at IKE's first SPI or ESP's SPI. RFC 9329 §3.
 * @param reader over this one message, for a keepalive is told by its length
 * @throws DecodeError when too little is there or the length leaves no message
 */
export function decodeTcpEncap(reader: ByteReader): TcpEncapHeader {
  const length = reader.u16('TCP encapsulation length');
  if (length <= TCP_ENCAP_LENGTH_SIZE) throw reader.fail('TCP encapsulation length', `${length} leaves no message`);
  return { length, kind: decodeUdpEncap(reader) };
}

export function encodeTcpEncap(header: TcpEncapHeader, writer: ByteWriter): void {
  writer.u16(header.length);
  encodeUdpEncap(header.kind, writer);
}
