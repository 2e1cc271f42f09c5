import { describe, expect, it } from 'vitest';
import { BugError, UsageError } from '../../src/bytes/errors.js';
import {
  integrities,
  integrityByAh,
  integrityByIkev1,
  integrityByIkev2,
  integrityByName,
  unknownIntegrity,
} from '../../src/crypto/integrity.js';

const filled = (length: number): Uint8Array => new Uint8Array(length).fill(0xa5);

describe('every integrity algorithm', () => {
  for (const integrity of integrities) {
    it(`${integrity.name} verifies what it computed, or says that it cannot`, () => {
      const key = integrity.prepare(filled(integrity.keyLength), filled(integrity.saltLength));
      const parts = [filled(20), filled(3)];
      if (!integrity.checks) {
        expect(key.verify(parts, filled(integrity.icvLength))).toBeUndefined();
        if (integrity.icvLength > 0) expect(() => key.compute(parts, filled(0))).toThrow(BugError);
        return;
      }
      const icv = key.compute(parts, filled(integrity.ivLength));
      expect(icv.length).toBe(integrity.icvLength);
      expect(key.verify(parts, icv)).toBe(true);
      for (let at = 0; at < icv.length; at++) {
        const changed = icv.slice();
        changed[at] = (changed[at] ?? 0) ^ 0x10;
        expect(key.verify(parts, changed)).toBe(false);
      }
    });

    it(`${integrity.name} is found by each of its numbers`, () => {
      expect(integrityByName(integrity.name)).toBe(integrity);
      if (integrity.ikev2 !== undefined) expect(integrityByIkev2(integrity.ikev2)).toBe(integrity);
      if (integrity.ikev1 !== undefined) expect(integrityByIkev1(integrity.ikev1)).toBe(integrity);
      if (integrity.ah !== undefined) expect(integrityByAh(integrity.ah)).toBe(integrity);
    });
  }
});

it('takes odd keys for HMAC, which manual SAs have, and no others', () => {
  expect(() => integrityByName('AUTH_HMAC_SHA1_96')?.prepare(filled(7), filled(0))).not.toThrow();
  expect(() => integrityByName('AUTH_HMAC_SHA1_96')?.prepare(filled(0), filled(0))).toThrow(UsageError);
  expect(() => integrityByName('AUTH_AES_XCBC_96')?.prepare(filled(20), filled(0))).toThrow('takes a key of 16 bytes, not 20');
  expect(() => integrityByName('AUTH_AES_128_GMAC')?.prepare(filled(16), filled(0))).toThrow('takes a salt of 4 bytes, not 0');
});

it('knows lengths without knowing the algorithm', () => {
  expect(unknownIntegrity(96)?.icvLength).toBe(12);
  expect(unknownIntegrity(100)).toBeUndefined();
});
