import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../../src/bytes/errors.js';
import { Secret } from '../../../src/bytes/secret.js';
import { cipherByName, ciphers } from '../../../src/crypto/ciphers.js';
import { integrityByName } from '../../../src/crypto/integrity.js';
import { decryptSk, prepareSk } from '../../../src/dissect/decrypt/ikev2.js';
import { filled, makeEspKeys } from './make-esp.js';
import { chain, NOTIFY, sealSk } from './make-sk.js';

const sha1 = integrityByName('AUTH_HMAC_SHA1_96');
const cbc = cipherByName('ENCR_AES_CBC');
if (sha1 === undefined || cbc === undefined) throw new TypeError('no algorithms');

describe('the SK payload with every cipher', () => {
  for (const cipher of ciphers.filter((candidate) => !candidate.implicitIv)) {
    it(cipher.name, () => {
      const keys = makeEspKeys(cipher, sha1);
      const message = sealSk(keys, chain, NOTIFY);
      const plain = decryptSk(prepareSk(keys), message, 28, 'SK');
      expect(plain).toMatchObject({ firstPayload: NOTIFY, icv: 'good', paddingOk: true, plausible: true });
      expect(Buffer.from(plain.inner)).toEqual(Buffer.from(chain));
      // Everything before the ICV counts, the header too.
      for (const at of [0, 15, 20, 28, 31, 33, message.length - 1]) {
        const changed = message.slice();
        changed[at] = (changed[at] ?? 0) ^ 1;
        let icv = 'bad';
        try {
          icv = decryptSk(prepareSk(keys), changed, 28, 'SK').icv;
        } catch (error) {
          if (!(error instanceof DecodeError)) throw error;
        }
        expect(icv, `byte ${at}`).toBe('bad');
      }
    });
  }
});

describe('fragments (RFC 7383)', () => {
  it('are covered with their numbers, and hold pieces of a chain', () => {
    const keys = makeEspKeys(cbc, sha1);
    const whole = filled(100, 5);
    const second = sealSk(keys, whole.subarray(40, 80), 0, [2, 3]);
    const plain = decryptSk(prepareSk(keys), second, 28, 'SKF');
    expect(plain).toMatchObject({ firstPayload: 0, fragment: { number: 2, total: 3 }, icv: 'good', plausible: true });
    expect(Buffer.from(plain.inner)).toEqual(Buffer.from(whole.subarray(40, 80)));
    second[33] = 1;
    expect(decryptSk(prepareSk(keys), second, 28, 'SKF')).toMatchObject({ fragment: { number: 1 }, icv: 'bad', plausible: false });
  });
});

describe('a wrong key', () => {
  const keys = makeEspKeys(cbc, sha1);
  const message = sealSk(keys, chain, NOTIFY);
  const wrongKey = { ...keys, key: new Secret(filled(16, 99)) };

  it('for the cipher alone: the ICV is good and the rest is not believed blindly', () => {
    expect(decryptSk(prepareSk(wrongKey), message, 28, 'SK').icv).toBe('good');
  });
  it('for both: bad, and no chain of payloads', () => {
    expect(decryptSk(prepareSk({ ...wrongKey, integrityKey: new Secret(filled(20, 1)) }), message, 28, 'SK')).toMatchObject({
      icv: 'bad',
      plausible: false,
    });
  });
  it('for integrity alone: bad, but the text is right', () => {
    expect(decryptSk(prepareSk({ ...keys, integrityKey: new Secret(filled(20, 1)) }), message, 28, 'SK')).toMatchObject({
      icv: 'bad',
      plausible: true,
    });
  });
});
