import { createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto';
import type { Cipher, CipherKey } from './cipher.js';
import { checkCipherKey } from './key-check.js';

type AeadRow = Pick<Cipher, 'name' | 'keyLengths' | 'icvLength'> & {
  readonly ikev2?: number;
  readonly esp?: number;
  /** 4 unless given; 0: the IV is the whole nonce, and who calls makes it. */
  readonly saltLength?: number;
};

const NONCE_LENGTH = 12;

/** The algorithms of `node:crypto` that decrypt as they go, so that the text can be shown although the ICV is wrong. */
type StreamingAead = 'aes-128-gcm' | 'aes-192-gcm' | 'aes-256-gcm' | 'chacha20-poly1305';

/** Galois/counter mode and ChaCha20-Poly1305: nonce is salt and IV (RFC 4106 §4, RFC 5282 §4, RFC 7634 §2, RFC 8750 for implicit IVs). */
export function nodeAead(row: AeadRow, algorithm: (keyLength: number) => StreamingAead, implicitIv = false): Cipher {
  const { saltLength = 4 } = row;
  const cipher: Cipher = {
    ...row,
    saltLength,
    ivLength: implicitIv ? 0 : NONCE_LENGTH - saltLength,
    blockSize: 1,
    implicitIv,
    prepare(key, salt): CipherKey {
      checkCipherKey(cipher, key, salt);
      // The types of node:crypto know gcm and chacha20 apart, with the same calls behind both.
      const openssl = algorithm(key.length) as 'aes-128-gcm';
      const secret = createSecretKey(key);
      const options = { authTagLength: row.icvLength };
      const nonceOf = (iv: Uint8Array): Uint8Array => {
        const nonce = new Uint8Array(NONCE_LENGTH);
        nonce.set(salt);
        nonce.set(iv, saltLength);
        return nonce;
      };
      return {
        cipher,
        encrypt(iv, plaintext, aad) {
          const run = createCipheriv(openssl, secret, nonceOf(iv), options);
          run.setAAD(aad, { plaintextLength: plaintext.length });
          const ciphertext = run.update(plaintext);
          run.final();
          return { ciphertext, icv: run.getAuthTag() };
        },
        decrypt(iv, ciphertext, aad, icv) {
          const run = createDecipheriv(openssl, secret, nonceOf(iv), options);
          run.setAuthTag(icv);
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
    },
  };
  return cipher;
}

/** ENCR_NULL_AUTH_AES_GMAC: the text stays readable and is authenticated behind the header and the IV (RFC 4543 §3.3). */
export function nodeGmac(row: AeadRow): Cipher {
  const gcm = nodeAead(row, (keyLength) => `aes-${(keyLength * 8) as 128 | 192 | 256}-gcm`);
  const cipher: Cipher = {
    ...gcm,
    prepare(key, salt): CipherKey {
      const keyed = gcm.prepare(key, salt);
      const nothing = new Uint8Array(0);
      return {
        cipher,
        encrypt: (iv, plaintext, aad) => ({
          ciphertext: new Uint8Array(plaintext),
          icv: keyed.encrypt(iv, nothing, Buffer.concat([aad, iv, plaintext])).icv,
        }),
        decrypt: (iv, ciphertext, aad, icv) => ({
          plaintext: ciphertext,
          authentic: keyed.decrypt(iv, nothing, Buffer.concat([aad, iv, ciphertext]), icv).authentic,
        }),
      };
    },
  };
  return cipher;
}
