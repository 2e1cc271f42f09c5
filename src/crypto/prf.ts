import { prepareCmac, prepareXcbc } from './aes-mac.js';
import type { Hash } from './hash.js';
import { prepareHmac } from './hash.js';

/** A pseudo-random function of IKE. */
export interface Prf {
  /** IANA's IKEv2 name. */
  readonly name: string;
  /** IKEv2 transform type 2; absent for the HMACs of IKEv1 hashes without one. */
  readonly ikev2?: number;
  /** Bytes of a derived key such as SK_d (RFC 7296 §2.13). */
  readonly keyLength: number;
  /** Bytes that come out. */
  readonly length: number;
  /** Fixed-length keys: SKEYSEED takes only 8 bytes of each nonce (RFC 7296 §2.14). */
  readonly fixedKey: boolean;
  /** Keyed form over parts one behind the other; every key length is taken. */
  prepare(key: Uint8Array): (parts: readonly Uint8Array[]) => Uint8Array;
}

const hmac = (name: string, ikev2: number, node: string, length: number): Prf => ({
  name,
  ikev2,
  keyLength: length,
  length,
  fixedKey: false,
  prepare: (key) => prepareHmac(node, key),
});

/** Keys shorter than a block are padded, longer ones run through the function itself under a zero key (RFC 4434 §2, RFC 4615 §3). */
function sixteenBytes(key: Uint8Array, shorten: (key: Uint8Array) => Uint8Array): Uint8Array {
  if (key.length === 16) return key;
  if (key.length > 16) return shorten(key);
  const padded = new Uint8Array(16);
  padded.set(key);
  return padded;
}

/** IANA "Internet Key Exchange Version 2", transform type 2, taken 2026-11. Without Tiger and Streebog. */
export const prfs: readonly Prf[] = [
  hmac('PRF_HMAC_MD5', 1, 'md5', 16),
  hmac('PRF_HMAC_SHA1', 2, 'sha1', 20),
  {
    name: 'PRF_AES128_XCBC',
    ikev2: 4,
    keyLength: 16,
    length: 16,
    fixedKey: true,
    prepare: (key) => prepareXcbc(sixteenBytes(key, (long) => prepareXcbc(new Uint8Array(16))([long]))),
  },
  hmac('PRF_HMAC_SHA2_256', 5, 'sha256', 32),
  hmac('PRF_HMAC_SHA2_384', 6, 'sha384', 48),
  hmac('PRF_HMAC_SHA2_512', 7, 'sha512', 64),
  {
    name: 'PRF_AES128_CMAC',
    ikev2: 8,
    keyLength: 16,
    length: 16,
    fixedKey: true,
    // Unlike XCBC, CMAC hashes short keys too (RFC 4615 §3).
    prepare: (key) => prepareCmac(key.length === 16 ? key : prepareCmac(new Uint8Array(16))([key])),
  },
];

export function prfByIkev2(id: number): Prf | undefined {
  return prfs.find((prf) => prf.ikev2 === id);
}

export function prfByName(name: string): Prf | undefined {
  return prfs.find((prf) => prf.name === name);
}

/** The PRF of an IKEv1 SA: HMAC of the negotiated hash (RFC 2409 §4). */
export function prfOfHash(hash: Hash): Prf {
  return {
    name: `PRF_HMAC_${hash.name}`,
    keyLength: hash.length,
    length: hash.length,
    fixedKey: false,
    prepare: (key) => prepareHmac(hash.node, key),
  };
}
