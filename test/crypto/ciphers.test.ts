import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BugError, UsageError } from '../../src/bytes/errors.js';
import { blockCcm } from '../../src/crypto/ccm.js';
import { cipherByEsp, cipherByIkev1, cipherByIkev2, cipherByName, ciphers } from '../../src/crypto/ciphers.js';

const filled = (length: number, from: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (from + i * 7) & 255);
const nothing = new Uint8Array(0);

describe('every cipher', () => {
  for (const cipher of ciphers) {
    const iv = filled(cipher.implicitIv ? 8 : cipher.ivLength, 3);
    const icvOf = (icv: Uint8Array): Uint8Array => (cipher.icvLength > 0 ? icv : nothing);

    it(`${cipher.name} opens what it sealed, for each key length`, () => {
      for (const keyLength of cipher.keyLengths) {
        const key = cipher.prepare(filled(keyLength, 1), filled(cipher.saltLength, 200));
        fc.assert(
          fc.property(fc.uint8Array({ maxLength: 6 }), fc.uint8Array({ maxLength: 40 }), (blocks, aad) => {
            const plaintext = filled(cipher.blockSize === 1 ? blocks.length * 5 : blocks.length * cipher.blockSize, 9);
            const sealed = key.encrypt(iv, plaintext, aad);
            expect(sealed.ciphertext.length).toBe(plaintext.length);
            expect(sealed.icv.length).toBe(cipher.icvLength);
            const opened = key.decrypt(iv, sealed.ciphertext, aad, icvOf(sealed.icv));
            expect(Buffer.from(opened.plaintext)).toEqual(Buffer.from(plaintext));
            expect(opened.authentic).toBe(true);
          }),
          { numRuns: keyLength > 32 ? 2 : 8 },
        );
      }
    });

    if (cipher.icvLength > 0) {
      it(`${cipher.name} shows the text although the ICV is wrong, and says so`, () => {
        const key = cipher.prepare(filled(cipher.keyLengths[0] ?? 0, 1), filled(cipher.saltLength, 200));
        const plaintext = filled(50, 1);
        const aad = filled(12, 77);
        const { ciphertext, icv } = key.encrypt(iv, plaintext, aad);
        const broken = icv.slice();
        broken[broken.length - 1] = (broken[broken.length - 1] ?? 0) ^ 1;
        const opened = key.decrypt(iv, ciphertext, aad, broken);
        expect(opened.authentic).toBe(false);
        expect(Buffer.from(opened.plaintext)).toEqual(Buffer.from(plaintext));
        expect(key.decrypt(iv, ciphertext, filled(12, 78), icv).authentic).toBe(false);
      });
    }

    it(`${cipher.name} refuses keys and salts of other lengths`, () => {
      const good = cipher.keyLengths[0] ?? 0;
      const bad = [...Array(80).keys()].filter((length) => !cipher.keyLengths.includes(length));
      for (const length of bad) expect(() => cipher.prepare(filled(length, 0), filled(cipher.saltLength, 0))).toThrow(UsageError);
      expect(() => cipher.prepare(filled(good, 0), filled(cipher.saltLength + 1, 0))).toThrow(/salt of/);
    });
  }

  it('is found by each of its numbers, which are unique', () => {
    for (const cipher of ciphers) {
      expect(cipherByName(cipher.name)).toBe(cipher);
      if (cipher.ikev2 !== undefined) expect(cipherByIkev2(cipher.ikev2)).toBe(cipher);
      if (cipher.esp !== undefined) expect(cipherByEsp(cipher.esp)).toBe(cipher);
      if (cipher.ikev1 !== undefined) expect(cipherByIkev1(cipher.ikev1)).toBe(cipher);
    }
    expect(cipherByName('ENCR_RC5')).toBeUndefined();
    expect(cipherByIkev2(4)).toBeUndefined();
  });
});

it('CCM of our own agrees with the one of OpenSSL', () => {
  for (const icvLength of [8, 12, 16] as const) {
    for (const keyLength of [16, 24, 32] as const) {
      for (const textLength of [0, 1, 15, 16, 17, 100]) {
        const [key, salt, iv, aad, text] = [
          filled(keyLength, 1),
          filled(3, 2),
          filled(8, 3),
          filled(textLength % 20, 4),
          filled(textLength, 5),
        ];
        const theirs = createCipheriv(`aes-${(keyLength * 8) as 128}-ccm`, key, Buffer.concat([salt, iv]), { authTagLength: icvLength });
        theirs.setAAD(aad, { plaintextLength: text.length });
        const ciphertext = theirs.update(text);
        theirs.final();
        const ours = blockCcm({ name: 'CCM', keyLengths: [keyLength], icvLength }, 'aes')
          .prepare(key, salt)
          .encrypt(iv, text, aad);
        expect(Buffer.from(ours.ciphertext)).toEqual(ciphertext);
        expect(Buffer.from(ours.icv)).toEqual(theirs.getAuthTag());
      }
    }
  }
});

it('input that is not whole blocks is a mistake of ours', () => {
  for (const name of ['ENCR_AES_CBC', 'ENCR_CAST']) {
    const cipher = cipherByName(name);
    const key = cipher?.prepare(filled(16, 0), nothing);
    expect(() => key?.decrypt(filled(cipher?.ivLength ?? 0, 0), filled(17, 0), nothing, nothing)).toThrow(BugError);
  }
});

it('says which lengths would do', () => {
  expect(() => cipherByName('ENCR_AES_CBC')?.prepare(filled(20, 0), nothing)).toThrow(
    'ENCR_AES_CBC takes a key of 16, 24 or 32 bytes, not 20',
  );
  expect(() => cipherByName('ENCR_BLOWFISH')?.prepare(filled(4, 0), nothing)).toThrow('ENCR_BLOWFISH takes a key of 5 to 56 bytes, not 4');
});
