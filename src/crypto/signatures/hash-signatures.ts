import type { KeyObject } from 'node:crypto';
import { dsaHashSignature } from './dsa-hash-signature.js';
import { ecdsaHashSignature } from './ecdsa-hash-signature.js';
import type { HashSignature } from './hash-signature.js';
import { rsaHashSignature } from './rsa-hash-signature.js';

/** Every signature that phase 1 of IKEv1 has, by the number of its method: RFC 2409 appendix A, RFC 4754 §8. */
const hashSignatures: readonly HashSignature[] = [
  rsaHashSignature,
  dsaHashSignature,
  ecdsaHashSignature(9, 'prime256v1'),
  ecdsaHashSignature(10, 'secp384r1'),
  ecdsaHashSignature(11, 'secp521r1'),
];

export function hashSignatureByMethod(method: number): HashSignature | undefined {
  return hashSignatures.find((one) => one.method === method);
}

/** The one that a key is for; undefined when IKEv1 has none. */
export function hashSignatureOf(key: KeyObject): HashSignature | undefined {
  return hashSignatures.find((one) => one.misfit(key) === undefined);
}
