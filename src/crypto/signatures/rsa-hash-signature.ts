import { constants, type KeyObject, privateEncrypt, publicDecrypt, timingSafeEqual } from 'node:crypto';

const padding = constants.RSA_PKCS1_PADDING;

/** IKEv1's RSA signature: HASH_I or HASH_R itself in PKCS #1 v1.5 padding, without a DigestInfo around it (RFC 2409 §5.1). */
export function signRsaHash(privateKey: KeyObject, hash: Uint8Array): Uint8Array {
  return privateEncrypt({ key: privateKey, padding }, hash);
}

/** Whether it is the signature of this hash. False also for bytes that are no signature. */
export function verifyRsaHash(publicKey: KeyObject, hash: Uint8Array, signature: Uint8Array): boolean {
  try {
    const signed = publicDecrypt({ key: publicKey, padding }, signature);
    return signed.length === hash.length && timingSafeEqual(signed, hash);
  } catch {
    // Too long, too short, or padded otherwise.
    return false;
  }
}
