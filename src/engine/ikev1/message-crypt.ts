import { ByteWriter } from '../../bytes/writer.js';
import { noBytes } from '../../crypto/cipher.js';
import { ikev1Phase2Iv } from '../../keymat/ikev1.js';
import { decodeChain, encodeChain, type OutgoingPayload, type PayloadNode } from '../../wire/ike/chain.js';
import { encodeEncryptedV1, type OutgoingHeader } from '../../wire/ike/message.js';
import { V1 } from '../../wire/ike/tables/payload-types.js';
import type { Protection } from './state.js';

/** IV of the first message of an exchange behind phase 1 (RFC 2409 appendix B). */
export function exchangeIv({ suite, chain }: Protection, messageId: number): Uint8Array {
  return ikev1Phase2Iv(suite.hash, suite.cipher, chain, messageId);
}

/** A message encrypted, and its last block: the IV of the next one of the same exchange. */
export interface Sealed {
  readonly bytes: Uint8Array;
  readonly chain: Uint8Array;
}

/** Encrypts payloads, filled up with zeroes to whole blocks (RFC 2409 §5, RFC 2408 §3.1). */
export function sealPayloads(
  { suite, key }: Pick<Protection, 'suite' | 'key'>,
  iv: Uint8Array,
  header: OutgoingHeader,
  payloads: readonly OutgoingPayload[],
): Sealed {
  const { blockSize } = suite.cipher;
  const w = new ByteWriter();
  encodeChain(payloads, 1, w);
  const over = w.length % blockSize;
  if (over !== 0) w.zeros(blockSize - over);
  const { ciphertext } = key.encrypt(iv, w.finish(), noBytes);
  const bytes = encodeEncryptedV1(header, payloads[0]?.type ?? V1.NONE, ciphertext);
  return { bytes, chain: ciphertext.slice(ciphertext.length - blockSize) };
}

/** What was encrypted, with all that hashes cover. */
export interface Unsealed {
  readonly payloads: readonly PayloadNode[];
  /** From behind the first payload, which holds the hash, to the end of the last: padding is not covered (RFC 2409 §5.5). */
  readonly covered: Uint8Array;
  readonly chain: Uint8Array;
}

/** Decrypts a message. Undefined when what comes out is no chain of payloads: key or IV are not those of the sender. */
export function openPayloads(
  { suite, key }: Pick<Protection, 'suite' | 'key'>,
  iv: Uint8Array,
  first: number,
  ciphertext: Uint8Array,
): Unsealed | undefined {
  const { blockSize } = suite.cipher;
  if (ciphertext.length === 0 || ciphertext.length % blockSize !== 0) return undefined;
  // A copy: what is kept of it must not be a view into memory that Node shares.
  const plaintext = Uint8Array.from(key.decrypt(iv, ciphertext, noBytes, noBytes).plaintext);
  const { payloads, malformed } = decodeChain(plaintext, first, 1);
  const [head] = payloads;
  const last = payloads.at(-1);
  if (malformed !== undefined || head === undefined || last === undefined) return undefined;
  return {
    payloads,
    covered: plaintext.subarray(head.offset + head.length, last.offset + last.length),
    chain: ciphertext.slice(ciphertext.length - blockSize),
  };
}
