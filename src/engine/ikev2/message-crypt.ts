import { DecodeError } from '../../bytes/errors.js';
import { ByteWriter } from '../../bytes/writer.js';
import { type CipherKey, noBytes } from '../../crypto/cipher.js';
import type { IntegrityKey } from '../../crypto/integrity.js';
import type { RandomSource } from '../../crypto/random-source.js';
import type { Ikev2Keys } from '../../keymat/ikev2.js';
import { encodeChain, type OutgoingPayload, PAYLOAD_HEADER_LENGTH } from '../../wire/ike/chain.js';
import { encodeHeader, HEADER_LENGTH } from '../../wire/ike/header.js';
import type { OutgoingHeader } from '../../wire/ike/message.js';
import { V2 } from '../../wire/ike/tables/payload-types.js';
import type { Role } from '../ike/role.js';
import type { IkeSuite } from '../ike/suite.js';

/** Keys of one direction, ready. */
interface Direction {
  readonly cipher: CipherKey;
  readonly integrity: IntegrityKey;
  readonly icvLength: number;
  /** IVs of counter modes count, so that none comes twice under a key. */
  sequence: bigint;
}

/** Both directions of an IKE SA, seen from us. */
export interface Protection {
  readonly outgoing: Direction;
  readonly incoming: Direction;
}

/** Payloads as they stand inside SK. */
export interface Inner {
  readonly first: number;
  readonly bytes: Uint8Array;
}

/** Fragment number and count (RFC 7383 §2.5). */
export interface FragmentPlace {
  readonly number: number;
  readonly total: number;
}

const FRAGMENT_FIELDS = 4;

/** Prepares the ciphers of an IKE SA for our `role`, that of the original initiator or responder. */
export function createProtection(suite: IkeSuite, keys: Ikev2Keys, role: Role): Protection {
  const initiator = direction(suite, keys.skEi.reveal(), keys.skAi.reveal());
  const responder = direction(suite, keys.skEr.reveal(), keys.skAr.reveal());
  return role === 'initiator' ? { outgoing: initiator, incoming: responder } : { outgoing: responder, incoming: initiator };
}

function direction({ cipher, keyLength, integrity }: IkeSuite, skE: Uint8Array, skA: Uint8Array): Direction {
  return {
    cipher: cipher.prepare(skE.subarray(0, keyLength), skE.subarray(keyLength)),
    integrity: integrity.prepare(skA, noBytes),
    icvLength: cipher.icvLength > 0 ? cipher.icvLength : integrity.icvLength,
    sequence: 0n,
  };
}

/** Encodes payloads for the inside of SK. */
export function encodeInner(payloads: readonly OutgoingPayload[]): Inner {
  const w = new ByteWriter(512);
  encodeChain(payloads, 2, w);
  return { first: payloads[0]?.type ?? V2.NONE, bytes: w.finish() };
}

/** Bytes that a message, or one fragment of it, takes besides its inner payloads, padding to the block not counted. */
export function sealedOverhead({ outgoing }: Protection, fragment: boolean): number {
  const { ivLength } = outgoing.cipher.cipher;
  return HEADER_LENGTH + PAYLOAD_HEADER_LENGTH + (fragment ? FRAGMENT_FIELDS : 0) + ivLength + 1 + outgoing.icvLength;
}

/** A whole message with its inner payloads encrypted: SK (RFC 7296 §3.14), or one SKF (RFC 7383 §2.5). */
export function sealMessage(
  { outgoing }: Protection,
  header: OutgoingHeader,
  inner: Inner,
  random: RandomSource,
  fragment?: FragmentPlace,
): Uint8Array {
  const { cipher } = outgoing.cipher;
  const padLength = (cipher.blockSize - ((inner.bytes.length + 1) % cipher.blockSize)) % cipher.blockSize;
  const plaintext = new Uint8Array(inner.bytes.length + padLength + 1);
  plaintext.set(inner.bytes);
  plaintext[plaintext.length - 1] = padLength;
  const iv = nextIv(outgoing, random);
  const payloadLength =
    PAYLOAD_HEADER_LENGTH + (fragment === undefined ? 0 : FRAGMENT_FIELDS) + iv.length + plaintext.length + outgoing.icvLength;
  const length = HEADER_LENGTH + payloadLength;
  const w = new ByteWriter(length);
  encodeHeader({ ...header, nextPayload: fragment === undefined ? V2.SK : V2.SKF, length }, w);
  w.u8(fragment === undefined || fragment.number === 1 ? inner.first : V2.NONE)
    .u8(0)
    .u16(payloadLength);
  if (fragment !== undefined) w.u16(fragment.number).u16(fragment.total);
  const { ciphertext, icv } = outgoing.cipher.encrypt(iv, plaintext, cipher.icvLength > 0 ? w.finish() : noBytes);
  w.bytes(iv).bytes(ciphertext);
  return w.bytes(cipher.icvLength > 0 ? icv : outgoing.integrity.compute([w.finish()], noBytes)).finish();
}

function nextIv(outgoing: Direction, random: RandomSource): Uint8Array {
  const { ivLength, blockSize } = outgoing.cipher.cipher;
  // CBC needs an IV that nobody can foresee (RFC 7296 §3.14); counter modes one that never comes back (RFC 5282 §3.1).
  if (blockSize > 1) return random(ivLength);
  outgoing.sequence += 1n;
  return new ByteWriter(8)
    .u64(outgoing.sequence)
    .finish()
    .subarray(8 - ivLength);
}

/**
 * Opens the SK or SKF payload of a message: `payloadAt` is the offset of its generic header. The inner bytes, or undefined when the
 * ICV is wrong. Throws `DecodeError` when lengths cannot be.
 */
export function openMessage({ incoming }: Protection, message: Uint8Array, payloadAt: number, fragment: boolean): Uint8Array | undefined {
  const { cipher } = incoming.cipher;
  const ivAt = payloadAt + PAYLOAD_HEADER_LENGTH + (fragment ? FRAGMENT_FIELDS : 0);
  const textAt = ivAt + cipher.ivLength;
  const icvAt = message.length - incoming.icvLength;
  const length = icvAt - textAt;
  if (length < 1) throw new DecodeError('encrypted payloads', textAt, 1 + incoming.icvLength, Math.max(message.length - textAt, 0));
  if (length % cipher.blockSize !== 0) {
    throw new DecodeError('encrypted payloads', textAt, 0, length, `${length} bytes are not a multiple of ${cipher.blockSize}`);
  }
  const icv = message.subarray(icvAt);
  const own = cipher.icvLength > 0;
  // The MAC goes first: what is not authentic is not decrypted.
  if (!own && incoming.integrity.verify([message.subarray(0, icvAt)], icv) !== true) return undefined;
  const opened = incoming.cipher.decrypt(message.subarray(ivAt, textAt), message.subarray(textAt, icvAt), message.subarray(0, ivAt), icv);
  if (!opened.authentic) return undefined;
  const { plaintext } = opened;
  const padLength = plaintext[length - 1] as number;
  if (padLength >= length) throw new DecodeError('pad length', icvAt - 1, padLength, length - 1, `${padLength} is more than there is`);
  return plaintext.subarray(0, length - 1 - padLength);
}
