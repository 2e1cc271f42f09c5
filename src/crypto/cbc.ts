import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
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
      const chain = new NodeChain(algorithm(key.length), createSecretKey(expandKey(key)), row.blockSize);
      return {
        cipher,
        encrypt(iv, plaintext) {
          checkBlocks(row.name, plaintext, row.blockSize);
          return { ciphertext: chain.encrypt(iv, plaintext), icv: noBytes };
        },
        decrypt(iv, ciphertext) {
          checkBlocks(row.name, ciphertext, row.blockSize);
          return { plaintext: chain.decrypt(iv, ciphertext), authentic: true };
        },
      };
    },
  };
  return cipher;
}

/**
 * One OpenSSL context a direction for all messages: making one costs more than to encrypt a packet with it. A context chains each
 * message to the last block of the one before, where its own IV belongs; that block is known, so the first block is mixed with the
 * difference of the two.
 */
class NodeChain {
  /** Made with the first message: most keys serve one direction. */
  #encryptor: CipherContext | undefined;
  #decryptor: CipherContext | undefined;
  /** Last block of ciphertext that each context saw; at first the IV it was made with, zeroes. */
  readonly #encrypted: Uint8Array;
  readonly #decrypted: Uint8Array;

  constructor(
    readonly openssl: string,
    readonly secret: KeyObject,
    blockSize: number,
  ) {
    this.#encrypted = new Uint8Array(blockSize);
    this.#decrypted = new Uint8Array(blockSize);
  }

  encrypt(iv: Uint8Array, plaintext: Uint8Array): Uint8Array {
    if (plaintext.length === 0) return noBytes;
    const last = this.#encrypted;
    const input = Buffer.allocUnsafe(plaintext.length);
    input.set(plaintext);
    mix(input, iv, last);
    this.#encryptor ??= createCipheriv(this.openssl, this.secret, last).setAutoPadding(false);
    const ciphertext = this.#encryptor.update(input);
    last.set(ciphertext.subarray(ciphertext.length - last.length));
    return ciphertext;
  }

  decrypt(iv: Uint8Array, ciphertext: Uint8Array): Uint8Array {
    if (ciphertext.length === 0) return noBytes;
    const last = this.#decrypted;
    this.#decryptor ??= createDecipheriv(this.openssl, this.secret, last).setAutoPadding(false);
    const plaintext = this.#decryptor.update(ciphertext);
    mix(plaintext, iv, last);
    last.set(ciphertext.subarray(ciphertext.length - last.length));
    return plaintext;
  }
}

type CipherContext = ReturnType<typeof createCipheriv> | ReturnType<typeof createDecipheriv>;

/** Turns the first block from one that follows `last` into one that follows `iv`, or back. */
function mix(block: Uint8Array, iv: Uint8Array, last: Uint8Array): void {
  for (let i = 0; i < last.length; i++) block[i] = (block[i] as number) ^ (iv[i] as number) ^ (last[i] as number);
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
          // Not slice(): what comes from a socket is a Buffer, whose slices are no copies.
          const chain = new Uint8Array(iv);
          for (let at = 0; at < plaintext.length; at += size) {
            for (let i = 0; i < size; i++) chain[i] = (chain[i] as number) ^ (plaintext[at + i] as number);
            block.encrypt(chain);
            out.set(chain, at);
          }
          return { ciphertext: out, icv: noBytes };
        },
        decrypt(iv, ciphertext) {
          checkBlocks(row.name, ciphertext, size);
          const out = new Uint8Array(ciphertext);
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
