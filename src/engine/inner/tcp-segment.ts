import { DecodeError } from '../../bytes/errors.js';
import { ByteReader } from '../../bytes/reader.js';
import { PROTOCOL_TCP } from '../../wire/ip/protocols.js';
import { decodeTcp, type TcpHeader } from '../../wire/tcp.js';
import type { InnerPacket } from './inner-packet.js';

/** A TCP header and the number of data bytes behind it. */
export interface TcpSegment {
  readonly header: TcpHeader;
  readonly length: number;
}

/** Undefined when the packet is no TCP, a fragment, or damaged. */
export function readTcp(packet: InnerPacket): TcpSegment | undefined {
  if (packet.protocol !== PROTOCOL_TCP || packet.fragment !== undefined) return undefined;
  try {
    const reader = new ByteReader(packet.payload);
    const header = decodeTcp(reader);
    return { header, length: reader.remaining };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return undefined;
  }
}

/** Sequence numbers are counted modulo 2^32 (RFC 9293 §3.4). */
export function addSequence(sequence: number, count: number): number {
  return (sequence + count) >>> 0;
}
