import { createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto';
import type { Cipher, CipherKey } from './cipher.js';
import { noBytes } from './cipher.js';
import { checkBlocks, checkCipherKey } from './key-check.js';
import type { BlockCipher } from './legacy/block-cipher.js';

type CbcRow = Pick<Cipher, 'name' | 'keyLengths' | 'blockSize'> & {
  readonly ikev2?: number;
  readonly esp?: number;
  readonly ikev1?: number;
};

/** CBC with an IV of one block (RFC 2451 §2, RFC 3602 §2), through OpenSSL. `expandKey` makes of our key what OpenSSL wants. */
export function nodeCbc(row: CbcRow, algorithm: (keyLength: number) => string, expandKey = (key: Uint8Array) => key): Cipher {
  const cipher: Cipher = {
    ...row,
    saltLength: 0,
    ivLength: row.blockSize,
    icvLength: 0,
    implicitIv: false,
    prepare(key, salt): CipherKey {
      checkCipherKey(cipher, key, salt);
      const openssl = algorithm(key.length);
      const secret = createSecretKey(expandKey(key));
      return {
        cipher,
        encrypt(iv, plaintext) {
          checkBlocks(row.name, plaintext, row.blockSize);
          return { ciphertext: createCipheriv(openssl, secret, iv).setAutoPadding(false).update(plaintext), icv: noBytes };
        },
        decrypt(iv, ciphertext) {
          checkBlocks(row.name, ciphertext, row.blockSize);
          return { plaintext: createDecipheriv(openssl, secret, iv).setAutoPadding(false).update(ciphertext), authentic: true };
        },
      };
    },
  };
  return cipher;
}

/** The same over a block cipher of our own, for those that OpenSSL 3 keeps in its legacy provider or never had. */
export function blockCbc(row: CbcRow, schedule: (key: Uint8Array) => BlockCipher): Cipher {
  const size = row.blockSize;
  const cipher: Cipher = {
    ...row,
    saltLength: 0,
    ivLength: size,
    icvLength: 0,
    implicitIv: false,
    prepare(key, salt): CipherKey {
      checkCipherKey(cipher, key, salt);
      const block = schedule(key);
      return {
        cipher,
        encrypt(iv, plaintext) {
          checkBlocks(row.name, plaintext, size);
          const out = new Uint8Array(plaintext.length);
          const chain = iv.slice();
          for (let at = 0; at < plaintext.length; at += size) {
            for (let i = 0; i < size; i++) chain[i] = (chain[i] as number) ^ (plaintext[at + i] as number);
            block.encrypt(chain);
            out.set(chain, at);
          }
          return { ciphertext: out, icv: noBytes };
        },
        decrypt(iv, ciphertext) {
          checkBlocks(row.name, ciphertext, size);
          const out = ciphertext.slice();
          for (let at = 0; at < out.length; at += size) {
            block.decrypt(out.subarray(at, at + size));
            for (let i = 0; i < size; i++) {
              const before = at === 0 ? (iv[i] as number) : (ciphertext[at - size + i] as number);
              out[at + i] = (out[at + i] as number) ^ before;
            }
          }
          return { plaintext: out, authentic: true };
        },
      };
    },
  };
  return cipher;
}
