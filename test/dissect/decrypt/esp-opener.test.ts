import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/bytes/secret.js';
import { cipherByName } from '../../../src/crypto/ciphers.js';
import { integrityByName } from '../../../src/crypto/integrity.js';
import { EspOpener } from '../../../src/dissect/decrypt/esp-opener.js';
import { type EspSaKeys, KeyRing } from '../../../src/dissect/keys/key-ring.js';
import { filled, makeEspKeys, sealEsp } from './make-esp.js';

const gcm = cipherByName('ENCR_AES_GCM_16');
const cbc = cipherByName('ENCR_AES_CBC');
const none = integrityByName('NONE');
const sha256 = integrityByName('AUTH_HMAC_SHA2_256_128');
if (gcm === undefined || cbc === undefined || none === undefined || sha256 === undefined) throw new TypeError('no algorithms');

const seal = (keys: EspSaKeys, high: number | undefined, sequence: number): Uint8Array =>
  sealEsp(keys, { sequence, sequenceHigh: high, payload: filled(30, sequence), nextHeader: 4 });

describe('keys of a ring', () => {
  it('no keys, no result; with two candidates the one whose ICV fits, first from then on', () => {
    const ring = new KeyRing();
    const [first, second] = [makeEspKeys(cbc, sha256, 5), makeEspKeys(cbc, sha256, 9)];
    ring.esp.push(first, second);
    const opener = new EspOpener(ring);
    expect(new EspOpener(new KeyRing()).open('10.0.0.1', '10.0.0.2', seal(second, undefined, 1))).toBeUndefined();
    for (let i = 1; i < 4; i++) {
      const opened = opener.open('10.0.0.1', '10.0.0.2', seal(second, undefined, i));
      expect(opened?.plain.icv).toBe('good');
      expect(opened?.keys).toBe(second);
    }
    expect(opener.open('10.0.0.1', '10.0.0.2', seal(first, undefined, 4))?.keys).toBe(first);
    expect(opener.open('10.0.0.1', '10.0.0.2', seal(makeEspKeys(cbc, sha256, 33), undefined, 5))?.plain.icv).toBe('bad');
  });

  it('candidates with other algorithms may refuse the packet without spoiling it', () => {
    const ring = new KeyRing();
    const good = makeEspKeys(gcm, none);
    ring.esp.push(makeEspKeys(cbc, sha256), good);
    expect(new EspOpener(ring).open('a', 'b', seal(good, undefined, 1))?.keys).toBe(good);
  });

  it('keys that do not fit their cipher are said once and left out', () => {
    const ring = new KeyRing();
    ring.esp.push({ ...makeEspKeys(cbc, sha256), key: new Secret(filled(5, 1)) });
    const opener = new EspOpener(ring);
    expect(opener.open('a', 'b', filled(60, 1).fill(1, 0, 4))).toBeUndefined();
    const packet = seal(makeEspKeys(cbc, sha256), undefined, 1);
    expect(opener.open('a', 'b', packet)).toBeUndefined();
    expect(opener.open('a', 'c', packet)).toBeUndefined();
    expect(opener.refusals).toEqual(['test:1: ENCR_AES_CBC takes a key of 16, 24 or 32 bytes, not 5']);
  });
});
