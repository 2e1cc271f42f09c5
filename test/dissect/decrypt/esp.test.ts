import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../../src/bytes/errors.js';
import { Secret } from '../../../src/bytes/secret.js';
import { cipherByName, ciphers } from '../../../src/crypto/ciphers.js';
import { integrities, integrityByName } from '../../../src/crypto/integrity.js';
import { decryptEsp, prepareEsp } from '../../../src/dissect/decrypt/esp.js';
import { filled, makeEspKeys, sealEsp } from './make-esp.js';

describe('ESP packets of every cipher and integrity algorithm', () => {
  for (const cipher of ciphers) {
    it(cipher.name, () => {
      for (const integrity of integrities.filter((candidate) => candidate.saltLength === 0)) {
        const keys = makeEspKeys(cipher, integrity);
        for (const high of [undefined, 0, 7]) {
          const packet = sealEsp(keys, { sequence: 5, sequenceHigh: high, payload: filled(37, 1), nextHeader: 4 });
          const plain = decryptEsp(prepareEsp(keys), packet, high);
          expect(plain).toMatchObject({ spi: 0x01020304, sequence: 5, nextHeader: 4, paddingOk: true, plausible: true });
          expect(Buffer.from(plain.payload)).toEqual(Buffer.from(filled(37, 1)));
          expect(plain.icv).toBe(cipher.icvLength > 0 || (integrity.checks && integrity.icvLength > 0) ? 'good' : 'unknown');
          // The wrong upper half is a wrong ICV.
          if (plain.icv === 'good') expect(decryptEsp(prepareEsp(keys), packet, 9).icv).toBe('bad');
        }
        if (cipher.icvLength > 0) break; // the integrity algorithm plays no part
      }
    });
  }
});

const aes = cipherByName('ENCR_AES_CBC');
const sha1 = integrityByName('AUTH_HMAC_SHA1_96');
const none = integrityByName('NONE');
if (aes === undefined || sha1 === undefined || none === undefined) throw new TypeError('no algorithms');

describe('what cannot be', () => {
  const keys = makeEspKeys(aes, sha1);
  const packet = sealEsp(keys, { sequence: 1, sequenceHigh: undefined, payload: filled(40, 1), nextHeader: 6 });

  it('cut anywhere, random, or empty: a verdict or a DecodeError', () => {
    const sa = prepareEsp(keys);
    const run = (bytes: Uint8Array): void => {
      try {
        expect(['good', 'bad', 'unknown']).toContain(decryptEsp(sa, bytes, undefined).icv);
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error;
      }
    };
    for (let cut = 0; cut < packet.length; cut++) run(packet.subarray(0, cut));
    fc.assert(fc.property(fc.uint8Array({ maxLength: 120 }), run));
  });

  it('says how many bytes are missing, or what they are no multiple of', () => {
    const sa = prepareEsp(keys);
    expect(() => decryptEsp(sa, packet.subarray(0, 30), undefined)).toThrow('ESP payload and ICV at offset 24 needs 14 bytes, 6 there');
    expect(() => decryptEsp(sa, packet.subarray(0, 50), undefined)).toThrow(
      '14 bytes are not a multiple of the 16 that ENCR_AES_CBC needs',
    );
  });

  it('a wrong key without ICV is known by its padding', () => {
    const open = makeEspKeys(aes, none);
    const wrong = { ...open, key: new Secret(filled(16, 99)) };
    let believed = 0;
    for (let i = 0; i < 400; i++) {
      const sealed = sealEsp(open, { sequence: i, sequenceHigh: undefined, payload: filled(40, i), nextHeader: 4 });
      expect(decryptEsp(prepareEsp(open), sealed, undefined)).toMatchObject({ icv: 'unknown', plausible: true });
      if (decryptEsp(prepareEsp(wrong), sealed, undefined).plausible) believed++;
    }
    // Pad length 0 comes by chance once in 256.
    expect(believed).toBeLessThan(12);
  });

  it('a pad length beyond the packet keeps what was decrypted', () => {
    const nul = cipherByName('ENCR_NULL');
    if (nul === undefined) throw new TypeError('no ENCR_NULL');
    const plain = decryptEsp(prepareEsp(makeEspKeys(nul, none)), Uint8Array.from([1, 2, 3, 4, 0, 0, 0, 1, 0xaa, 0xbb, 200, 4]), undefined);
    expect(plain).toMatchObject({ padLength: 200, paddingOk: false, plausible: false });
    expect([...plain.payload]).toEqual([0xaa, 0xbb]);
  });
});
