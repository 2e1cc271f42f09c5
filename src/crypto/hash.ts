import { createHash, createHmac, createSecretKey } from 'node:crypto';

/** A hash as IKEv1 negotiates it; its HMAC is the PRF of that SA (RFC 2409 §4). */
export interface Hash {
  readonly name: string;
  /** Phase 1 attribute "Hash Algorithm". */
  readonly ikev1?: number;
  /** Name in `node:crypto`. */
  readonly node: string;
  /** Bytes. */
  readonly length: number;
}

/** IANA "IPSEC" registry, hash algorithms, taken 2026-11. Tiger is not offered by anyone. */
export const hashes: readonly Hash[] = [
  { name: 'MD5', ikev1: 1, node: 'md5', length: 16 },
  { name: 'SHA1', ikev1: 2, node: 'sha1', length: 20 },
  { name: 'SHA2_256', ikev1: 4, node: 'sha256', length: 32 },
  { name: 'SHA2_384', ikev1: 5, node: 'sha384', length: 48 },
  { name: 'SHA2_512', ikev1: 6, node: 'sha512', length: 64 },
];

export function hashByIkev1(id: number): Hash | undefined {
  return hashes.find((hash) => hash.ikev1 === id);
}

export function hashByName(name: string): Hash | undefined {
  return hashes.find((hash) => hash.name === name);
}

/** Digest of the parts one behind the other. */
export function digest(hash: Hash, ...parts: readonly Uint8Array[]): Uint8Array {
  const run = createHash(hash.node);
  for (const part of parts) run.update(part);
  return run.digest();
}

/** HMAC (RFC 2104) over the parts one behind the other, with a key kept for many messages. */
export function prepareHmac(node: string, key: Uint8Array): (parts: readonly Uint8Array[]) => Uint8Array {
  const secret = createSecretKey(key);
  return (parts) => {
    const run = createHmac(node, secret);
    for (const part of parts) run.update(part);
    return run.digest();
  };
}
