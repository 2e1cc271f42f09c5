import { createDecipheriv } from 'node:crypto';
import { ByteReader } from '../bytes/reader.js';
import { AEAD_TAG_LENGTH } from '../crypto/nonce-aead.js';
import { PING } from '../wire/openvpn/inner-messages.js';

const PACKET_ID = 4;
const BLOCK = 16;
/** The counter of the first block of text (SP 800-38D §7.1). */
const FIRST_COUNTER = 2;

/** Bytes of a ping behind opcode and peer id. */
export const PING_BODY = PACKET_ID + AEAD_TAG_LENGTH + BLOCK;

/**
 * The part of an AES-GCM nonce that is not sent, out of a ping and the cipher key alone: what is inside a ping is known, so its key stream
 * is, and decrypted that is the nonce with its counter. Packet id and counter in it prove the key.
 * @param body packet id, tag, ciphertext
 * @returns 8 bytes; undefined where the packet is no ping under this key
 */
export function implicitIvOfPing(key: Uint8Array, body: Uint8Array): Uint8Array | undefined {
  if (body.length !== PING_BODY) return undefined;
  const stream = body.subarray(PACKET_ID + AEAD_TAG_LENGTH).map((byte, at) => byte ^ (PING[at] ?? 0));
  const block = createDecipheriv(`aes-${key.length * 8}-ecb`, key, null)
    .setAutoPadding(false)
    .update(stream);
  const nonce = new ByteReader(block);
  const sent = nonce.bytes(PACKET_ID, 'packet id');
  const implicit = nonce.bytes(BLOCK - 2 * PACKET_ID, 'implicit IV');
  const proven = sent.every((byte, at) => byte === body[at]) && nonce.u32('counter') === FIRST_COUNTER;
  return proven ? Uint8Array.from(implicit) : undefined;
}
