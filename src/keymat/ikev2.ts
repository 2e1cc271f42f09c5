import { UsageError } from '../bytes/errors.js';
import { Secret } from '../bytes/secret.js';
import type { Cipher } from '../crypto/cipher.js';
import type { Integrity } from '../crypto/integrity.js';
import type { Prf } from '../crypto/prf.js';

/** The seven secrets of an IKE SA (RFC 7296 §2.14). SK_e holds key and salt together; SK_a is empty with combined ciphers. */
export interface Ikev2Keys {
  readonly skD: Secret;
  readonly skAi: Secret;
  readonly skAr: Secret;
  readonly skEi: Secret;
  readonly skEr: Secret;
  readonly skPi: Secret;
  readonly skPr: Secret;
}

/** Nonces and SPIs of the exchange that made the SA, in the sense of its initiator. */
export interface Ikev2Exchange {
  readonly nonceI: Uint8Array;
  readonly nonceR: Uint8Array;
  readonly spiI: Uint8Array;
  readonly spiR: Uint8Array;
}

/** prf+ (RFC 7296 §2.13): `length` bytes. Throws `UsageError` beyond 255 blocks. */
export function prfPlus(prf: Prf, key: Uint8Array, seed: readonly Uint8Array[], length: number): Uint8Array {
  if (length > 255 * prf.length) throw new UsageError(`prf+ with ${prf.name} gives at most ${255 * prf.length} bytes, ${length} wanted`);
  const run = prf.prepare(key);
  const out = new Uint8Array(length);
  let block: Uint8Array = new Uint8Array(0);
  for (let at = 0, n = 1; at < length; at += prf.length, n++) {
    block = run([block, ...seed, Uint8Array.of(n)]);
    out.set(block.subarray(0, Math.min(block.length, length - at)), at);
  }
  return out;
}

/** SKEYSEED of a first IKE SA (RFC 7296 §2.14). PRFs with fixed keys take 8 bytes of each nonce. */
export function skeyseed(prf: Prf, shared: Uint8Array, nonceI: Uint8Array, nonceR: Uint8Array): Uint8Array {
  const take = (nonce: Uint8Array) => (prf.fixedKey ? nonce.subarray(0, 8) : nonce);
  return prf.prepare(Buffer.concat([take(nonceI), take(nonceR)]))([shared]);
}

/** Nonces and secrets of an exchange that makes keys out of SK_d: `shared` of its own key exchanges, the Diffie-Hellman one first. */
export interface Ikev2Rekeying extends Pick<Ikev2Exchange, 'nonceI' | 'nonceR'> {
  readonly shared: readonly Uint8Array[];
}

/** SKEYSEED of a rekeyed IKE SA, with the PRF of the old one (RFC 7296 §2.18, RFC 9370 §2.2.4). */
export function skeyseedRekey(oldPrf: Prf, oldSkD: Uint8Array, rekeying: Ikev2Rekeying): Uint8Array {
  return oldPrf.prepare(oldSkD)(seedOf(rekeying));
}

function seedOf({ nonceI, nonceR, shared }: Ikev2Rekeying): readonly Uint8Array[] {
  const [first, ...more] = shared;
  return [...(first === undefined ? [] : [first]), nonceI, nonceR, ...more];
}

/** SK_d | SK_ai | SK_ar | SK_ei | SK_er | SK_pi | SK_pr (RFC 7296 §2.14). `keyLength`: bytes of cipher key, salt not counted. */
export function deriveIkev2Keys(
  prf: Prf,
  seed: Uint8Array,
  exchange: Ikev2Exchange,
  cipher: Cipher,
  keyLength: number,
  integrity: Integrity,
): Ikev2Keys {
  const encryption = keyLength + cipher.saltLength;
  const authentication = cipher.icvLength > 0 ? 0 : integrity.keyLength;
  const lengths = [prf.keyLength, authentication, authentication, encryption, encryption, prf.keyLength, prf.keyLength];
  const material = prfPlus(
    prf,
    seed,
    [exchange.nonceI, exchange.nonceR, exchange.spiI, exchange.spiR],
    lengths.reduce((sum, length) => sum + length, 0),
  );
  let at = 0;
  const [skD, skAi, skAr, skEi, skEr, skPi, skPr] = lengths.map((length) => {
    const part = new Secret(material.slice(at, at + length));
    at += length;
    return part;
  }) as [Secret, Secret, Secret, Secret, Secret, Secret, Secret];
  return { skD, skAi, skAr, skEi, skEr, skPi, skPr };
}

/** KEYMAT of a CHILD_SA (RFC 7296 §2.17, RFC 9370 §2.2.4); nothing is `shared` without PFS. */
export function childKeymat(prf: Prf, skD: Uint8Array, rekeying: Ikev2Rekeying, length: number): Uint8Array {
  return prfPlus(prf, skD, seedOf(rekeying), length);
}
