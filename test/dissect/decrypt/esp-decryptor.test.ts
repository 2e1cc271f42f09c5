import { describe, expect, it } from 'vitest';
import { cipherByName } from '../../../src/crypto/ciphers.js';
import { integrityByName } from '../../../src/crypto/integrity.js';
import { EspDecryptor } from '../../../src/dissect/decrypt/esp-decryptor.js';
import type { EspSaKeys } from '../../../src/dissect/keys/key-ring.js';
import { filled, makeEspKeys, sealEsp } from './make-esp.js';

const gcm = cipherByName('ENCR_AES_GCM_16');
const cbc = cipherByName('ENCR_AES_CBC');
const none = integrityByName('NONE');
const sha256 = integrityByName('AUTH_HMAC_SHA2_256_128');
if (gcm === undefined || cbc === undefined || none === undefined || sha256 === undefined) throw new TypeError('no algorithms');

const seal = (keys: EspSaKeys, high: number | undefined, sequence: number): Uint8Array =>
  sealEsp(keys, { sequence, sequenceHigh: high, payload: filled(30, sequence), nextHeader: 4 });

describe('extended sequence numbers are found out', () => {
  for (const keys of [makeEspKeys(gcm, none), makeEspKeys(cbc, sha256)]) {
    const kinds: readonly (readonly [string, EspSaKeys])[] = [
      ['not told', keys],
      ['told', { ...keys, esn: true }],
    ];
    for (const [name, told] of kinds) {
      it(`${keys.cipher.name}: over a wrap, with late packets (${name})`, () => {
        const decryptor = new EspDecryptor(told);
        const order: readonly (readonly [number, number])[] = [
          [0, 1],
          [0, 0xfffffffe],
          [0, 0xffffffff],
          [1, 0],
          [0, 0xfffffffd],
          [1, 1],
          [1, 0xfffffff0],
          [2, 5],
        ];
        for (const [high, sequence] of order) {
          const plain = decryptor.decrypt(seal(keys, high, sequence));
          expect([plain.icv, plain.sequenceHigh]).toEqual(['good', high]);
        }
      });
    }

    it(`${keys.cipher.name}: a sender without them that is told to have them is bad, not told it is good`, () => {
      expect(new EspDecryptor({ ...keys, esn: true }).decrypt(seal(keys, undefined, 1)).icv).toBe('bad');
      expect(new EspDecryptor({ ...keys, esn: false }).decrypt(seal(keys, 0, 1)).icv).toBe('bad');
      const plain = new EspDecryptor(keys).decrypt(seal(keys, undefined, 1));
      expect([plain.icv, plain.sequenceHigh]).toEqual(['good', undefined]);
    });

    it(`${keys.cipher.name}: begins where the keys say`, () => {
      expect(new EspDecryptor({ ...keys, sequenceHigh: 9 }).decrypt(seal(keys, 9, 3)).sequenceHigh).toBe(9);
      expect(new EspDecryptor({ ...keys, sequenceHigh: 9 }).decrypt(seal(keys, 0, 3)).sequenceHigh).toBe(0);
    });
  }

  it('a wrong key stays a wrong key, and later packets with the right one are still opened', () => {
    const keys = makeEspKeys(gcm, none);
    const other = makeEspKeys(gcm, none, 77);
    const decryptor = new EspDecryptor(keys);
    for (let i = 0; i < 40; i++) expect(decryptor.decrypt(seal(other, undefined, i)).icv).toBe('bad');
    expect(decryptor.decrypt(seal(keys, undefined, 41)).icv).toBe('good');
  });
});
