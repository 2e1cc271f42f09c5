import { hexNumber } from '../../bytes/hex.js';
import { ByteReader } from '../../bytes/reader.js';
import {
  P_ACK_V1,
  P_CONTROL_HARD_RESET_CLIENT_V1,
  P_CONTROL_HARD_RESET_CLIENT_V2,
  P_CONTROL_HARD_RESET_CLIENT_V3,
  P_CONTROL_HARD_RESET_SERVER_V1,
  P_CONTROL_HARD_RESET_SERVER_V2,
  P_CONTROL_SOFT_RESET_V1,
  P_CONTROL_V1,
  P_CONTROL_WKC_V1,
} from './opcodes.js';

/** How the control channel is protected: not at all, HMAC in front (`tls-auth`), or encrypted (`tls-crypt`, both versions). */
export type ControlWrapping = 'none' | 'tls-auth' | 'tls-crypt';

/** One way in which a datagram can be read as an OpenVPN control packet without contradiction. */
export interface ControlShape {
  readonly opcode: number;
  readonly keyId: number;
  /** Sender's, `0x` + 16 digits. */
  readonly sessionId: string;
  readonly wrapping: ControlWrapping;
  /** Bytes of HMAC; 0 without `tls-auth`. */
  readonly hmacLength: number;
  /** Replay protection of `tls-auth` and `tls-crypt`: packet id and time of the sender. */
  readonly replayId: number | undefined;
  readonly netTime: number | undefined;
  /** Receiver's, when the packet acknowledges something that can be read. */
  readonly remoteSessionId: string | undefined;
  /** The message's own packet id, when it can be read; acknowledgments have none. */
  readonly packetId: number | undefined;
}

/** MD5, SHA-1, SHA-224, SHA-256, SHA-384, SHA-512: what `--auth` can put in front. 0: no `tls-auth`. */
const HMAC_LENGTHS = [0, 20, 32, 64, 16, 48, 28] as const;
const OPCODE_AND_SESSION = 9;
/** Packet id and time. */
const REPLAY = 8;
/** `RELIABLE_ACK_SIZE`: no packet acknowledges more. */
const MAX_ACKS = 8;
/** Behind opcode and session id, `tls-crypt` has packet id, time and a tag of SHA-256. */
const TLS_CRYPT_TAG = 32;
/** A wrapped client key holds tag, key and its own length at least. */
const MIN_WRAPPED_KEY = 290;
/** 2001-09-09: no OpenVPN clock showed less. */
const EARLIEST_NET_TIME = 1_000_000_000;
/** `EARLY_NEG_START`: servers that answer without state (2.6) ask clients to count from here; before its release it was the second. */
const EARLY_NEGOTIATION = [0x0f00_0000, 0x0a01_0000] as const;
/** Resets are the first packets of a session; retries count on. */
const MAX_RESET_REPLAY_ID = 4096;
/** What a reset may carry behind its packet id: early negotiation flags, one or two (type, length, value). */
const MAX_RESET_PAYLOAD = 16;
const TLV_HEADER = 4;
/** Opcode, session id, the longest HMAC, replay id and time, one acknowledgment with session id, packet id, flags. */
const MAX_RESET_LENGTH = 1 + 8 + 64 + 8 + 13 + 4 + MAX_RESET_PAYLOAD;

const ZERO_SESSION = hexNumber(0, 16);

/**
 * All readings of a datagram as a control packet: lengths, counts and ids must agree with each other to the last byte.
 * Empty for data packets and for anything else. OpenVPN protocol, `ssl_pkt.c`, `reliable.c`, `tls_crypt.c`.
 */
export function controlShapes(bytes: Uint8Array): readonly ControlShape[] {
  const opcode = (bytes[0] ?? 0) >> 3;
  if (!isControl(opcode)) return [];
  const shapes: ControlShape[] = [];
  for (const hmacLength of HMAC_LENGTHS) {
    const shape = readOpenShape(bytes, hmacLength);
    if (shape !== undefined) shapes.push(shape);
  }
  const crypt = readTlsCryptShape(bytes);
  if (crypt !== undefined) shapes.push(crypt);
  return shapes;
}

/**
 * The reading of a hard reset, which begins a session and is so regular that one packet is evidence: key id 0, first packet ids,
 * nothing behind them, and session id and HMAC as random as they must be, which the small numbers in the headers of DNS, RPC and others are not.
 * Undefined for everything else.
 */
export function recogniseReset(bytes: Uint8Array): ControlShape | undefined {
  const first = bytes[0] ?? 0;
  const opcode = first >> 3;
  if (!isHardReset(opcode) || (first & 7) !== 0 || !hasRandomSessionId(bytes)) return undefined;
  if (opcode !== P_CONTROL_HARD_RESET_CLIENT_V3 && bytes.length > MAX_RESET_LENGTH) return undefined;
  return controlShapes(bytes).find((shape) => hasRandomTag(bytes, shape));
}

/** Whether a session id can have come from a random source: hardly one has three bytes of zero. */
export function hasRandomSessionId(bytes: Uint8Array): boolean {
  return looksRandom(bytes.subarray(1, OPCODE_AND_SESSION));
}

function hasRandomTag(bytes: Uint8Array, { wrapping, hmacLength }: ControlShape): boolean {
  if (wrapping === 'none') return true;
  const at = OPCODE_AND_SESSION + (wrapping === 'tls-crypt' ? REPLAY : 0);
  return looksRandom(bytes.subarray(at, at + (wrapping === 'tls-crypt' ? TLS_CRYPT_TAG : hmacLength)));
}

/** 8 random bytes fail this once in 300 000 times, more of them more seldom. */
function looksRandom(bytes: Uint8Array): boolean {
  let zeroes = 0;
  for (const byte of bytes) if (byte === 0) zeroes++;
  return zeroes <= 2 + bytes.length / 16;
}

export function isHardReset(opcode: number): boolean {
  switch (opcode) {
    case P_CONTROL_HARD_RESET_CLIENT_V1:
    case P_CONTROL_HARD_RESET_SERVER_V1:
    case P_CONTROL_HARD_RESET_CLIENT_V2:
    case P_CONTROL_HARD_RESET_SERVER_V2:
    case P_CONTROL_HARD_RESET_CLIENT_V3:
      return true;
    default:
      return false;
  }
}

export function isControl(opcode: number): boolean {
  return (
    isHardReset(opcode) ||
    opcode === P_CONTROL_SOFT_RESET_V1 ||
    opcode === P_CONTROL_V1 ||
    opcode === P_ACK_V1 ||
    opcode === P_CONTROL_WKC_V1
  );
}

/** The session id of a control packet, whatever protects the rest of it. */
export function controlSessionId(bytes: Uint8Array): string | undefined {
  if (bytes.length < OPCODE_AND_SESSION) return undefined;
  const reader = new ByteReader(bytes);
  reader.skip(1, 'OpenVPN opcode');
  return readSessionId(reader);
}

function readSessionId(reader: ByteReader): string {
  return hexNumber(reader.u64('OpenVPN session id'), 16);
}

/** Without `tls-crypt` everything up to the TLS record can be read. */
function readOpenShape(bytes: Uint8Array, hmacLength: number): ControlShape | undefined {
  // Lengths are looked at first: random traffic comes here often, and exceptions are slow.
  if (bytes.length < OPCODE_AND_SESSION + (hmacLength > 0 ? hmacLength + REPLAY : 0) + 1) return undefined;
  const reader = new ByteReader(bytes);
  const first = reader.u8('OpenVPN opcode');
  const opcode = first >> 3;
  const sessionId = readSessionId(reader);
  let replayId: number | undefined;
  let netTime: number | undefined;
  if (hmacLength > 0) {
    reader.skip(hmacLength, 'tls-auth HMAC');
    replayId = reader.u32('tls-auth packet id');
    netTime = reader.u32('tls-auth time');
    if (!isPlausibleReplay(opcode, replayId, netTime)) return undefined;
  }
  const acks = reader.u8('acknowledgment count');
  let highestAck = 0;
  if (acks > MAX_ACKS || reader.remaining < acks * 4 + (acks === 0 ? 0 : 8) + (opcode === P_ACK_V1 ? 0 : 4)) return undefined;
  for (let i = 0; i < acks; i++) highestAck = Math.max(highestAck, reader.u32('acknowledged packet id'));
  const remoteSessionId = acks === 0 ? undefined : readSessionId(reader);
  const packetId = opcode === P_ACK_V1 ? undefined : reader.u32('message packet id');
  if (sessionId === ZERO_SESSION || remoteSessionId === ZERO_SESSION || remoteSessionId === sessionId) return undefined;
  if (opcode === P_ACK_V1 && (acks === 0 || reader.remaining > 0)) return undefined;
  // A handshake has some dozens of messages, renegotiation starts at 0 again.
  if (highestAck > 0xffff || (packetId ?? 0) > 0xffff) return undefined;
  if (isHardReset(opcode) && !(isFirstMessage(opcode, acks, highestAck, packetId) && isResetPayload(reader))) return undefined;
  return {
    opcode,
    keyId: first & 7,
    sessionId,
    wrapping: hmacLength > 0 ? 'tls-auth' : 'none',
    hmacLength,
    replayId,
    netTime,
    remoteSessionId,
    packetId,
  };
}

/** A client's reset acknowledges nothing, a server's nothing but that; both are message 0. */
function isFirstMessage(opcode: number, acks: number, highestAck: number, packetId: number | undefined): boolean {
  const fromServer = opcode === P_CONTROL_HARD_RESET_SERVER_V1 || opcode === P_CONTROL_HARD_RESET_SERVER_V2;
  return packetId === 0 && highestAck === 0 && acks <= (fromServer ? 1 : 0);
}

/** A reset holds nothing, or early negotiation flags: type, length, value, to the last byte. */
function isResetPayload(reader: ByteReader): boolean {
  if (reader.remaining > MAX_RESET_PAYLOAD) return false;
  while (reader.remaining >= TLV_HEADER) {
    const type = reader.u16('early negotiation type');
    const length = reader.u16('early negotiation length');
    if (type === 0 || length > reader.remaining) return false;
    reader.skip(length, 'early negotiation value');
  }
  return reader.remaining === 0;
}

/** With `tls-crypt` only replay protection can be read; a reset's length is known all the same. */
function readTlsCryptShape(bytes: Uint8Array): ControlShape | undefined {
  if (bytes.length < OPCODE_AND_SESSION + REPLAY + TLS_CRYPT_TAG) return undefined;
  const reader = new ByteReader(bytes);
  const first = reader.u8('OpenVPN opcode');
  const opcode = first >> 3;
  const sessionId = readSessionId(reader);
  const replayId = reader.u32('tls-crypt packet id');
  const netTime = reader.u32('tls-crypt time');
  reader.skip(TLS_CRYPT_TAG, 'tls-crypt tag');
  const sealed = reader.rest();
  if (sessionId === ZERO_SESSION || !isPlausibleReplay(opcode, replayId, netTime)) return undefined;
  if (!isPlausibleSealedLength(opcode, sealed)) return undefined;
  return {
    opcode,
    keyId: first & 7,
    sessionId,
    wrapping: 'tls-crypt',
    hmacLength: 0,
    replayId,
    netTime,
    remoteSessionId: undefined,
    packetId: undefined,
  };
}

function isPlausibleSealedLength(opcode: number, sealed: Uint8Array): boolean {
  switch (opcode) {
    case P_CONTROL_HARD_RESET_CLIENT_V2:
      // Acknowledgment count and packet id.
      return sealed.length >= 5 && sealed.length <= 5 + MAX_RESET_PAYLOAD;
    case P_CONTROL_HARD_RESET_SERVER_V2:
      // With one acknowledgment and the client's session id, or without.
      return sealed.length >= 5 && sealed.length <= 17 + MAX_RESET_PAYLOAD;
    case P_CONTROL_HARD_RESET_CLIENT_V3: {
      if (sealed.length < 5 + MIN_WRAPPED_KEY) return false;
      // The wrapped client key of tls-crypt-v2 ends with its own length.
      const tail = new ByteReader(sealed);
      tail.skip(sealed.length - 2, 'sealed message and wrapped client key');
      const wrapped = tail.u16('wrapped client key length');
      return wrapped >= MIN_WRAPPED_KEY && wrapped + 5 <= sealed.length && sealed.length - wrapped <= 5 + MAX_RESET_PAYLOAD;
    }
    case P_CONTROL_V1:
    case P_CONTROL_SOFT_RESET_V1:
    case P_CONTROL_WKC_V1:
      return sealed.length >= 5;
    case P_ACK_V1:
      // 1 to 8 acknowledgments and the session id.
      return sealed.length >= 13 && sealed.length <= 9 + 4 * MAX_ACKS && (sealed.length - 9) % 4 === 0;
    default:
      return false;
  }
}

function isPlausibleReplay(opcode: number, replayId: number, netTime: number): boolean {
  if (netTime < EARLIEST_NET_TIME) return false;
  const counted = replayId - (EARLY_NEGOTIATION.find((start) => replayId >= start) ?? 0);
  return counted >= 1 && counted <= (isHardReset(opcode) ? MAX_RESET_REPLAY_ID : 0xffffff);
}
