import { createCipheriv, createSecretKey, timingSafeEqual } from 'node:crypto';
import { DecodeError, UsageError } from '../bytes/errors.js';
import { ByteReader } from '../bytes/reader.js';
import { ByteWriter } from '../bytes/writer.js';
import { prepareHmac } from '../crypto/hash.js';
import { type ControlEnvelope, encodeOpenHeader, encodeReplayId, type ReplayId, TLS_CRYPT_TAG_LENGTH } from '../wire/openvpn/envelope.js';
import type { OpenvpnDigest } from './openvpn-algorithms.js';
import { type KeyHalf, STATIC_KEY_LENGTH, type StaticKey, splitStaticKey } from './openvpn-static-key.js';

/** The open part of a control packet that both wrappings protect too. */
export type ControlHeader = Pick<ControlEnvelope, 'opcode' | 'keyId' | 'sessionId'>;

const CRYPT_KEY = 32;
const CRYPT_IV = 16;

function headerBytes(header: ControlHeader): Uint8Array {
  const writer = new ByteWriter(16);
  encodeOpenHeader(header, writer);
  return writer.finish();
}

function replayBytes(replay: ReplayId): Uint8Array {
  const writer = new ByteWriter(8);
  encodeReplayId(replay, writer);
  return writer.finish();
}

/** HMAC of `tls-auth`: over replay id, header and message, in this order though they are sent in another (`ssl_pkt.c`, `swap_hmac`). */
export function tlsAuthMac(
  digest: OpenvpnDigest,
  half: KeyHalf,
): (header: ControlHeader, replay: ReplayId, message: Uint8Array) => Uint8Array {
  const compute = prepareHmac(digest.node, half.hmac.reveal().subarray(0, digest.length));
  return (header, replay, message) => compute([replayBytes(replay), headerBytes(header), message]);
}

/** `tls-crypt`: HMAC-SHA256 first, whose front is the IV of AES-256-CTR (`tls_crypt.c`, after SIV). */
export interface TlsCrypt {
  seal(header: ControlHeader, replay: ReplayId, message: Uint8Array): { readonly tag: Uint8Array; readonly body: Uint8Array };
  /** The message; undefined when the tag does not fit. */
  open(header: ControlHeader, replay: ReplayId, tag: Uint8Array, body: Uint8Array): Uint8Array | undefined;
}

/** One direction of `tls-crypt`. The server sends with the first half, the client with the second. */
export function prepareTlsCrypt(half: KeyHalf): TlsCrypt {
  const mac = prepareHmac('sha256', half.hmac.reveal().subarray(0, CRYPT_KEY));
  const secret = createSecretKey(half.cipher.reveal().subarray(0, CRYPT_KEY));
  const ctr = (tag: Uint8Array, bytes: Uint8Array): Uint8Array =>
    createCipheriv('aes-256-ctr', secret, tag.subarray(0, CRYPT_IV)).update(bytes);
  return {
    seal(header, replay, message) {
      const tag = mac([headerBytes(header), replayBytes(replay), message]);
      return { tag, body: ctr(tag, message) };
    },
    open(header, replay, tag, body) {
      if (tag.length !== TLS_CRYPT_TAG_LENGTH) return undefined;
      const message = ctr(tag, body);
      return timingSafeEqual(mac([headerBytes(header), replayBytes(replay), message]), tag) ? message : undefined;
    },
  };
}

/** A client key of `tls-crypt-v2` as it was in its wrapping. */
export interface ClientKey {
  readonly key: StaticKey;
  /** What the administrator or the tool put beside it: a type and data; empty when nothing. */
  readonly metadata: Uint8Array;
}

/**
 * Opens a wrapped client key with the server's key (`tls_crypt.c`, `tls_crypt_v2_unwrap_client_key`). Undefined when it is of another server.
 * @param wrapped tag, encrypted key and metadata, two bytes of the length of all of it
 * @throws DecodeError when it is none
 */
export function unwrapClientKey(serverKey: KeyHalf, wrapped: Uint8Array): ClientKey | undefined {
  const reader = new ByteReader(wrapped);
  const tag = reader.bytes(TLS_CRYPT_TAG_LENGTH, 'wrapped client key tag');
  if (reader.remaining < STATIC_KEY_LENGTH + 2) {
    throw new DecodeError('wrapped client key', reader.offset, STATIC_KEY_LENGTH + 2, reader.remaining);
  }
  const sealed = reader.bytes(reader.remaining - 2, 'wrapped client key');
  const length = reader.rest();
  const secret = createSecretKey(serverKey.cipher.reveal().subarray(0, CRYPT_KEY));
  const plain = createCipheriv('aes-256-ctr', secret, tag.subarray(0, CRYPT_IV)).update(sealed);
  const mac = prepareHmac('sha256', serverKey.hmac.reveal().subarray(0, CRYPT_KEY))([length, plain]);
  if (!timingSafeEqual(mac, tag)) return undefined;
  return { key: splitStaticKey(plain.subarray(0, STATIC_KEY_LENGTH)), metadata: plain.subarray(STATIC_KEY_LENGTH) };
}

const PEM = /-----BEGIN OpenVPN tls-crypt-v2 (server|client) key-----([\s\S]*?)-----END OpenVPN tls-crypt-v2 \1 key-----/g;

/** What a key file of `tls-crypt-v2` holds. */
export type CryptV2Key =
  | { readonly kind: 'server'; readonly bytes: Uint8Array }
  | { readonly kind: 'client'; readonly key: StaticKey; readonly wrapped: Uint8Array };

/** Every `tls-crypt-v2` key in a text. Throws `UsageError` for a block that is none. */
export function parseCryptV2Keys(text: string): readonly CryptV2Key[] {
  return [...text.matchAll(PEM)].map(([, kind, body = '']) => cryptV2Key(kind as 'server' | 'client', Buffer.from(body, 'base64')));
}

/** A server key has 128 bytes; a client key is followed by its wrapping. */
export function cryptV2Key(kind: 'server' | 'client', bytes: Uint8Array): CryptV2Key {
  if (kind === 'client') {
    if (bytes.length <= STATIC_KEY_LENGTH)
      throw new UsageError(`a tls-crypt-v2 client key has more than ${STATIC_KEY_LENGTH} bytes, not ${bytes.length}`);
    return { kind, key: splitStaticKey(bytes.subarray(0, STATIC_KEY_LENGTH)), wrapped: Uint8Array.from(bytes.subarray(STATIC_KEY_LENGTH)) };
  }
  if (bytes.length !== STATIC_KEY_LENGTH / 2)
    throw new UsageError(`a tls-crypt-v2 server key has ${STATIC_KEY_LENGTH / 2} bytes, not ${bytes.length}`);
  return { kind, bytes };
}
