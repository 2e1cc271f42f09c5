import { createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto';
import type { Opened } from './cipher.js';

/** AEAD ciphers with a nonce of 12 bytes that the protocol makes whole: OpenVPN's data channel and TLS. */
export type NonceAead = 'aes-128-gcm' | 'aes-192-gcm' | 'aes-256-gcm' | 'chacha20-poly1305';

export const AEAD_TAG_LENGTH = 16;

/** A keyed AEAD. `nonce`: 12 bytes. */
export interface NonceAeadKey {
  seal(nonce: Uint8Array, plaintext: Uint8Array, aad: Uint8Array): { readonly ciphertext: Uint8Array; readonly tag: Uint8Array };
  /** What decryption gives, also when the tag is wrong. */
  open(nonce: Uint8Array, ciphertext: Uint8Array, aad: Uint8Array, tag: Uint8Array): Opened;
}

/** @param key of the length the cipher takes */
export function prepareNonceAead(algorithm: NonceAead, key: Uint8Array): NonceAeadKey {
  // The types of node:crypto know gcm and chacha20 apart, with the same calls behind both.
  const openssl = algorithm as 'aes-128-gcm';
  const secret = createSecretKey(key);
  const options = { authTagLength: AEAD_TAG_LENGTH };
  return {
    seal(nonce, plaintext, aad) {
      const run = createCipheriv(openssl, secret, nonce, options);
      run.setAAD(aad, { plaintextLength: plaintext.length });
      const ciphertext = run.update(plaintext);
      run.final();
      return { ciphertext, tag: run.getAuthTag() };
    },
    open(nonce, ciphertext, aad, tag) {
      const run = createDecipheriv(openssl, secret, nonce, options);
      run.setAuthTag(tag);
      run.setAAD(aad, { plaintextLength: ciphertext.length });
      const plaintext = run.update(ciphertext);
      try {
        run.final();
        return { plaintext, authentic: true };
      } catch {
        return { plaintext, authentic: false };
      }
    },
  };
}
