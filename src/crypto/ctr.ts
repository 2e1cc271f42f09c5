import { createCipheriv, createSecretKey } from 'node:crypto';
import type { Cipher, CipherKey } from './cipher.js';
import { noBytes } from './cipher.js';
import { checkCipherKey } from './key-check.js';

/** Counter mode: nonce of 4 bytes from the key material, IV of 8, block counter from 1 (RFC 3686 §4, RFC 5529 §2, RFC 5930). */
export function nodeCtr(
  row: Pick<Cipher, 'name' | 'keyLengths'> & { readonly ikev2?: number; readonly esp?: number },
  family: string,
): Cipher {
  const cipher: Cipher = {
    ...row,
    saltLength: 4,
    ivLength: 8,
    blockSize: 1,
    icvLength: 0,
    implicitIv: false,
    prepare(key, salt): CipherKey {
      checkCipherKey(cipher, key, salt);
      const openssl = `${family}-${key.length * 8}-ctr`;
      const secret = createSecretKey(key);
      const run = (iv: Uint8Array, input: Uint8Array): Uint8Array => {
        const counter = new Uint8Array(16);
        counter.set(salt);
        counter.set(iv, 4);
        counter[15] = 1;
        return createCipheriv(openssl, secret, counter).update(input);
      };
      return {
        cipher,
        encrypt: (iv, plaintext) => ({ ciphertext: run(iv, plaintext), icv: noBytes }),
        decrypt: (iv, ciphertext) => ({ plaintext: run(iv, ciphertext), authentic: true }),
      };
    },
  };
  return cipher;
}
