import { constants, privateEncrypt, publicDecrypt, timingSafeEqual } from 'node:crypto';
import { keyText } from '../key-text.js';
import type { HashSignature } from './hash-signature.js';

const padding = constants.RSA_PKCS1_PADDING;

/** IKEv1's RSA signature: HASH_I or HASH_R itself in PKCS #1 v1.5 padding, without a DigestInfo around it (RFC 2409 §5.1). */
export const rsaHashSignature: HashSignature = {
  name: 'RSA',
  method: 3,
  misfit: (key) => (key.asymmetricKeyType === 'rsa' ? undefined : `the signature is to be RSA, and the key shown is ${keyText(key)}`),
  sign: (key, hash) => privateEncrypt({ key, padding }, hash),
  verify(key, hash, signature) {
    // As long as the modulus, RFC 8017 §8.2.2: without a leading zero it is the same number, and no signature.
    if (signature.length !== Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8)) return false;
    try {
      const signed = publicDecrypt({ key, padding }, signature);
      return signed.length === hash.length && timingSafeEqual(signed, hash);
    } catch {
      // Padded otherwise, or no number below the modulus.
      return false;
    }
  },
};
