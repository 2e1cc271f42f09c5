import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { Cipher, CipherKey } from './cipher.js';
import { checkCipherKey } from './key-check.js';

/*
 * Counter with CBC-MAC (RFC 3610), nonce of 11 bytes: salt of 3 and IV of 8 (RFC 4309 §4, RFC 5282 §4, RFC 5529 §2).
 */

type CcmRow = Pick<Cipher, 'name' | 'keyLengths' | 'icvLength'> & { readonly ikev2?: number; readonly esp?: number };

/** AES through OpenSSL, at half the price of the other. */
export function nodeCcm(row: CcmRow, implicitIv = false): Cipher {
  return ccm(row, implicitIv, (key, salt) => {
    const algorithm = `aes-${key.length * 8}-ccm` as 'aes-128-ccm';
    const secret = createSecretKey(key);
    const options = { authTagLength: row.icvLength };
    const nonceOf = (iv: Uint8Array): Uint8Array => {
      const nonce = new Uint8Array(11);
      nonce.set(salt);
      nonce.set(iv, 3);
      return nonce;
    };
    return {
      encrypt(iv, plaintext, aad) {
        const run = createCipheriv(algorithm, secret, nonceOf(iv), options);
        run.setAAD(aad, { plaintextLength: plaintext.length });
        const ciphertext = run.update(plaintext);
        run.final();
        return { ciphertext, icv: run.getAuthTag() };
      },
      decrypt(iv, ciphertext, aad, icv) {
        const run = createDecipheriv(algorithm, secret, nonceOf(iv), options);
        run.setAuthTag(icv);
        run.setAAD(aad, { plaintextLength: ciphertext.length });
        try {
          const plaintext = run.update(ciphertext);
          run.final();
          return { plaintext, authentic: true };
        } catch {
          // OpenSSL hides the text when the ICV is wrong.
          const stream = new CcmKey('aes', key, salt, row.icvLength).stream(iv);
          stream.update(new Uint8Array(16));
          return { plaintext: stream.update(ciphertext), authentic: false };
        }
      },
    };
  });
}

/** Built from CBC and CTR, for ciphers of which OpenSSL has no CCM: Camellia. */
export function blockCcm(row: CcmRow, family: 'aes' | 'camellia'): Cipher {
  return ccm(row, false, (key, salt) => {
    const keyed = new CcmKey(family, key, salt, row.icvLength);
    return {
      encrypt(iv, plaintext, aad) {
        const stream = keyed.stream(iv);
        const mask = stream.update(new Uint8Array(16));
        return { ciphertext: stream.update(plaintext), icv: keyed.icv(iv, plaintext, aad, mask) };
      },
      decrypt(iv, ciphertext, aad, icv) {
        const stream = keyed.stream(iv);
        const mask = stream.update(new Uint8Array(16));
        const plaintext = stream.update(ciphertext);
        return { plaintext, authentic: timingSafeEqual(keyed.icv(iv, plaintext, aad, mask), icv) };
      },
    };
  });
}

function ccm(row: CcmRow, implicitIv: boolean, prepare: (key: Uint8Array, salt: Uint8Array) => Omit<CipherKey, 'cipher'>): Cipher {
  const cipher: Cipher = {
    ...row,
    saltLength: 3,
    ivLength: implicitIv ? 0 : 8,
    blockSize: 1,
    implicitIv,
    prepare(key, salt) {
      checkCipherKey(cipher, key, salt);
      return { cipher, ...prepare(key, salt) };
    },
  };
  return cipher;
}

/** L, the bytes of the length field: 15 less the nonce. */
const LENGTH_BYTES = 4;

class CcmKey {
  readonly #openssl: string;
  readonly #secret: KeyObject;

  constructor(
    family: 'aes' | 'camellia',
    key: Uint8Array,
    readonly salt: Uint8Array,
    readonly icvLength: number,
  ) {
    this.#openssl = `${family}-${key.length * 8}`;
    this.#secret = createSecretKey(key);
  }

  /** Key stream from counter 0: its first block masks the ICV, the rest the text. */
  stream(iv: Uint8Array) {
    const counter = new Uint8Array(16);
    counter[0] = LENGTH_BYTES - 1;
    counter.set(this.salt, 1);
    counter.set(iv, 4);
    return createCipheriv(`${this.#openssl}-ctr`, this.#secret, counter);
  }

  icv(iv: Uint8Array, plaintext: Uint8Array, aad: Uint8Array, mask: Uint8Array): Uint8Array {
    const aadBlocks = aad.length === 0 ? 0 : Math.ceil((aad.length + 2) / 16) * 16;
    const input = Buffer.alloc(16 + aadBlocks + Math.ceil(plaintext.length / 16) * 16);
    input[0] = (aad.length > 0 ? 0x40 : 0) | (((this.icvLength - 2) / 2) << 3) | (LENGTH_BYTES - 1);
    input.set(this.salt, 1);
    input.set(iv, 4);
    input.writeUInt32BE(plaintext.length, 12);
    if (aad.length > 0) {
      input.writeUInt16BE(aad.length, 16);
      input.set(aad, 18);
    }
    input.set(plaintext, 16 + aadBlocks);
    const chained = createCipheriv(`${this.#openssl}-cbc`, this.#secret, new Uint8Array(16)).setAutoPadding(false).update(input);
    const icv = new Uint8Array(chained.subarray(chained.length - 16, chained.length - 16 + this.icvLength));
    for (let i = 0; i < icv.length; i++) icv[i] = (icv[i] as number) ^ (mask[i] as number);
    return icv;
  }
}
