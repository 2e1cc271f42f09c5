import { Secret } from '../bytes/secret.js';
import type { Cipher } from '../crypto/cipher.js';
import type { Hash } from '../crypto/hash.js';
import { digest } from '../crypto/hash.js';
import type { Prf } from '../crypto/prf.js';

/** What the key schedule of phase 1 takes (RFC 2409 §5). */
export interface Ikev1Exchange {
  readonly nonceI: Uint8Array;
  readonly nonceR: Uint8Array;
  readonly cookieI: Uint8Array;
  readonly cookieR: Uint8Array;
  /** g^xy. */
  readonly shared: Uint8Array;
}

/** The four secrets of phase 1. */
export interface Ikev1Keys {
  readonly skeyid: Secret;
  readonly skeyidD: Secret;
  readonly skeyidA: Secret;
  readonly skeyidE: Secret;
}

/** SKEYID with a pre-shared key: prf(psk, Ni | Nr). */
export function skeyidPsk(prf: Prf, psk: Uint8Array, exchange: Ikev1Exchange): Uint8Array {
  return prf.prepare(psk)([exchange.nonceI, exchange.nonceR]);
}

/** SKEYID with signatures: prf(Ni | Nr, g^xy). */
export function skeyidSignature(prf: Prf, exchange: Ikev1Exchange): Uint8Array {
  return prf.prepare(Buffer.concat([exchange.nonceI, exchange.nonceR]))([exchange.shared]);
}

/** SKEYID_d, _a and _e from SKEYID (RFC 2409 §5). */
export function deriveIkev1Keys(prf: Prf, skeyid: Uint8Array, exchange: Ikev1Exchange): Ikev1Keys {
  const run = prf.prepare(skeyid);
  const { shared, cookieI, cookieR } = exchange;
  const d = run([shared, cookieI, cookieR, Uint8Array.of(0)]);
  const a = run([d, shared, cookieI, cookieR, Uint8Array.of(1)]);
  const e = run([a, shared, cookieI, cookieR, Uint8Array.of(2)]);
  return { skeyid: new Secret(skeyid), skeyidD: new Secret(d), skeyidA: new Secret(a), skeyidE: new Secret(e) };
}

/** What HASH_I and HASH_R cover besides the public values: the offer and the identity, as bodies of their payloads. */
export interface Phase1Hashed extends Pick<Ikev1Exchange, 'cookieI' | 'cookieR'> {
  readonly keI: Uint8Array;
  readonly keR: Uint8Array;
  /** SAi_b. */
  readonly sa: Uint8Array;
  /** IDii_b or IDir_b. */
  readonly id: Uint8Array;
}

/** HASH_I or HASH_R: prf(SKEYID, own g^x | other's g^x | own cookie | other's cookie | SAi_b | own ID body) (RFC 2409 §5). */
export function phase1Hash(prf: Prf, skeyid: Uint8Array, of: 'initiator' | 'responder', hashed: Phase1Hashed): Uint8Array {
  const { keI, keR, cookieI, cookieR, sa, id } = hashed;
  const order = of === 'initiator' ? [keI, keR, cookieI, cookieR] : [keR, keI, cookieR, cookieI];
  return prf.prepare(skeyid)([...order, sa, id]);
}

/** The cipher key Ka of phase 1: SKEYID_e cut, or stretched when it is too short (RFC 2409 appendix B). `keyLength` in bytes. */
export function ikev1CipherKey(prf: Prf, skeyidE: Uint8Array, keyLength: number): Uint8Array {
  if (keyLength <= skeyidE.length) return skeyidE.slice(0, keyLength);
  const run = prf.prepare(skeyidE);
  const out = new Uint8Array(keyLength);
  let block = run([Uint8Array.of(0)]);
  for (let at = 0; at < keyLength; at += prf.length) {
    out.set(block.subarray(0, Math.min(prf.length, keyLength - at)), at);
    block = run([block]);
  }
  return out;
}

/** IV of the first encrypted message of phase 1: hash(g^xi | g^xr), cut to a block (RFC 2409 appendix B). */
export function ikev1Phase1Iv(hash: Hash, cipher: Cipher, keI: Uint8Array, keR: Uint8Array): Uint8Array {
  return digest(hash, keI, keR).slice(0, cipher.blockSize);
}

/** IV of the first message of any later exchange: hash(last phase 1 block | message id), cut to a block (RFC 2409 appendix B). */
export function ikev1Phase2Iv(hash: Hash, cipher: Cipher, lastPhase1Block: Uint8Array, messageId: number): Uint8Array {
  const id = new Uint8Array(4);
  new DataView(id.buffer).setUint32(0, messageId);
  return digest(hash, lastPhase1Block, id).slice(0, cipher.blockSize);
}

/**
 * KEYMAT of one direction of a quick mode SA (RFC 2409 §5.5). `spi` is the one its receiver chose, `protocol` 2 for AH and 3 for ESP;
 * `shared` is the quick mode's own g^xy with PFS, absent without.
 */
export function quickModeKeymat(
  prf: Prf,
  skeyidD: Uint8Array,
  protocol: number,
  spi: Uint8Array,
  nonceI: Uint8Array,
  nonceR: Uint8Array,
  length: number,
  shared?: Uint8Array,
): Uint8Array {
  const run = prf.prepare(skeyidD);
  const seed = [...(shared === undefined ? [] : [shared]), Uint8Array.of(protocol), spi, nonceI, nonceR];
  const out = new Uint8Array(length);
  let block: Uint8Array = new Uint8Array(0);
  for (let at = 0; at < length; at += prf.length) {
    block = run([block, ...seed]);
    out.set(block.subarray(0, Math.min(prf.length, length - at)), at);
  }
  return out;
}
