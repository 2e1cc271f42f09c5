import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cipherByName, ciphers } from '../../src/crypto/ciphers.js';

const suites = [
  ['ENCR_AES_CBC', 'aes-256-cbc', 32, 16],
  ['ENCR_3DES', 'des-ede3-cbc', 24, 8],
  ['ENCR_CAMELLIA_CBC', 'camellia-128-cbc', 16, 16],
] as const;

describe('CBC with a key kept for many messages', () => {
  it.each(suites)('%s makes of each message what a context of its own makes', (name, openssl, keyLength, blockSize) => {
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    const message = fc
      .nat({ max: 6 })
      .chain((blocks) => fc.record({ iv: bytes(blockSize), text: bytes(blocks * blockSize), back: fc.boolean() }));
    fc.assert(
      fc.property(bytes(keyLength), fc.array(message, { maxLength: 8 }), (key, messages) => {
        const keyed = cipherByName(name)?.prepare(key, new Uint8Array(0));
        for (const { iv, text, back } of messages) {
          const right = createCipheriv(openssl, key, iv).setAutoPadding(false).update(text);
          // Messages of the two directions come in any order, and not every one of them is decrypted.
          const sealed = keyed?.encrypt(iv, text, new Uint8Array(0)).ciphertext;
          expect(Buffer.compare(sealed as Uint8Array, right)).toBe(0);
          if (back)
            expect(Buffer.compare(keyed?.decrypt(iv, right, new Uint8Array(0), new Uint8Array(0)).plaintext as Uint8Array, text)).toBe(0);
        }
      }),
      { numRuns: 200, seed: 3 },
    );
  });
});

describe('every cipher', () => {
  it.each(ciphers.map((cipher) => [cipher.name, cipher] as const))('%s leaves a Buffer that it gets as it was', (_name, cipher) => {
    const key = cipher.prepare(new Uint8Array(cipher.keyLengths[0] ?? 0).fill(1), new Uint8Array(cipher.saltLength).fill(2));
    const [iv, text, aad] = [Buffer.alloc(cipher.implicitIv ? 8 : cipher.ivLength, 3), Buffer.alloc(64, 4), Buffer.alloc(8, 5)];
    const { ciphertext, icv } = key.encrypt(iv, text, aad);
    const sent = Buffer.from(ciphertext);
    const opened = key.decrypt(iv, sent, aad, icv);
    expect(opened.authentic).toBe(true);
    expect(Buffer.from(opened.plaintext)).toEqual(Buffer.alloc(64, 4));
    expect(sent.equals(ciphertext)).toBe(true);
    expect([iv.every((byte) => byte === 3), text.every((byte) => byte === 4), aad.every((byte) => byte === 5)]).toEqual([true, true, true]);
  });
});
