import type { ByteReader } from '../../bytes/reader.js';
import type { ByteWriter } from '../../bytes/writer.js';
import { P_CONTROL_HARD_RESET_CLIENT_V3, P_CONTROL_WKC_V1 } from './opcodes.js';

/** HMAC-SHA256 of `tls-crypt`, and of a wrapped client key. */
export const TLS_CRYPT_TAG_LENGTH = 32;

/** Replay protection of `tls-auth` and `tls-crypt`: a count and when the sender began to count, seconds since 1970. */
export interface ReplayId {
  readonly packetId: number;
  readonly time: number;
}

/** A control packet as its wrapping divides it. Views, not copies. */
export interface ControlEnvelope {
  readonly opcode: number;
  readonly keyId: number;
  readonly sessionId: bigint;
  /** HMAC of `tls-auth`, tag of `tls-crypt`; empty without either. */
  readonly mac: Uint8Array;
  readonly replay: ReplayId | undefined;
  /** The message; encrypted with `tls-crypt`. */
  readonly body: Uint8Array;
  /** The wrapped client key of `tls-crypt-v2`, its length at the end. */
  readonly wrappedKey: Uint8Array | undefined;
}

/**
 * A packet without wrapping, or with `tls-auth` when `hmacLength` is not 0: HMAC, packet id and time behind the session id.
 * @throws DecodeError
 */
export function decodeOpenEnvelope(reader: ByteReader, hmacLength: number): ControlEnvelope {
  const header = decodeHeader(reader);
  const mac = reader.bytes(hmacLength, 'tls-auth HMAC');
  const replay = hmacLength === 0 ? undefined : decodeReplayId(reader);
  return { ...header, mac, replay, body: reader.rest(), wrappedKey: undefined };
}

/**
 * A packet with `tls-crypt`: packet id and time, tag, what is encrypted, and in the first packets of `tls-crypt-v2` the wrapped key.
 * @throws DecodeError
 */
export function decodeCryptEnvelope(reader: ByteReader): ControlEnvelope {
  const header = decodeHeader(reader);
  const replay = decodeReplayId(reader);
  const mac = reader.bytes(TLS_CRYPT_TAG_LENGTH, 'tls-crypt tag');
  if (header.opcode !== P_CONTROL_HARD_RESET_CLIENT_V3 && header.opcode !== P_CONTROL_WKC_V1) {
    return { ...header, mac, replay, body: reader.rest(), wrappedKey: undefined };
  }
  const tail = reader.fork();
  if (tail.remaining < 2) throw reader.fail('wrapped client key', 'not there');
  tail.skip(tail.remaining - 2, 'encrypted message');
  const length = tail.u16('wrapped client key length');
  if (length > reader.remaining || length < TLS_CRYPT_TAG_LENGTH + 2) {
    throw reader.fail('wrapped client key length', `${length}, ${reader.remaining} bytes there`);
  }
  const body = reader.bytes(reader.remaining - length, 'encrypted message');
  return { ...header, mac, replay, body, wrappedKey: reader.rest() };
}

/** Opcode, key id and session id. */
export function encodeOpenHeader(
  { opcode, keyId, sessionId }: Pick<ControlEnvelope, 'opcode' | 'keyId' | 'sessionId'>,
  w: ByteWriter,
): void {
  w.u8((opcode << 3) | keyId).u64(sessionId);
}

export function encodeReplayId({ packetId, time }: ReplayId, writer: ByteWriter): void {
  writer.u32(packetId).u32(time);
}

function decodeHeader(reader: ByteReader): Pick<ControlEnvelope, 'opcode' | 'keyId' | 'sessionId'> {
  const first = reader.u8('OpenVPN opcode');
  return { opcode: first >> 3, keyId: first & 7, sessionId: reader.u64('OpenVPN session id') };
}

function decodeReplayId(reader: ByteReader): ReplayId {
  return { packetId: reader.u32('replay packet id'), time: reader.u32('replay time') };
}
