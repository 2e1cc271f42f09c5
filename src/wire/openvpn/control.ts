import type { ByteReader } from '../../bytes/reader.js';
import type { ByteWriter } from '../../bytes/writer.js';
import { P_ACK_V1 } from './opcodes.js';

/** `RELIABLE_ACK_SIZE`: no packet acknowledges more. */
export const MAX_ACKS = 8;

/** The part of a control packet that the reliability layer reads, behind session id and wrapping. */
export interface ControlMessage {
  /** Packet ids that this packet acknowledges, at most eight. */
  readonly acks: readonly number[];
  /** Session id of whoever gets this packet; stands there when something is acknowledged. */
  readonly remoteSessionId: bigint | undefined;
  /** The message's own number, from 0 for each key id; undefined in P_ACK_V1, which carries none. */
  readonly packetId: number | undefined;
  /** A piece of the TLS stream; in resets nothing, or the flags of early negotiation. */
  readonly payload: Uint8Array;
}

/**
 * Reads to the end of the reader (OpenVPN protocol, `reliable.c`, `ssl_pkt.c`).
 * @throws DecodeError
 */
export function decodeControlMessage(reader: ByteReader, opcode: number): ControlMessage {
  const count = reader.u8('acknowledgment count');
  if (count > MAX_ACKS) throw reader.fail('acknowledgment count', `${count}, at most ${MAX_ACKS} fit`);
  const acks: number[] = [];
  for (let i = 0; i < count; i++) acks.push(reader.u32('acknowledged packet id'));
  const remoteSessionId = count === 0 ? undefined : reader.u64('remote session id');
  const packetId = opcode === P_ACK_V1 ? undefined : reader.u32('message packet id');
  const payload = reader.rest();
  if (opcode === P_ACK_V1 && payload.length > 0) throw reader.fail('P_ACK_V1', `${payload.length} bytes behind the acknowledgments`);
  return { acks, remoteSessionId, packetId, payload };
}

/** What `decodeControlMessage` reads. */
export function encodeControlMessage(message: ControlMessage, writer: ByteWriter): void {
  writer.u8(message.acks.length);
  for (const ack of message.acks) writer.u32(ack);
  if (message.acks.length > 0) writer.u64(message.remoteSessionId ?? 0n);
  if (message.packetId !== undefined) writer.u32(message.packetId);
  writer.bytes(message.payload);
}
