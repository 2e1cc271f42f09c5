import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/bytes/errors.js';
import { toHex } from '../../src/bytes/hex.js';
import { cipherByName } from '../../src/crypto/ciphers.js';
import { integrityByName } from '../../src/crypto/integrity.js';
import { saKeyLength, splitKeyAndSalt, splitSaKeys } from '../../src/keymat/esp.js';

describe('key material of one direction', () => {
  const rows: readonly (readonly [
    cipher: string | undefined,
    keyLength: number,
    integrity: string,
    split: readonly [number, number, number],
  ])[] = [
    ['ENCR_AES_CBC', 32, 'AUTH_HMAC_SHA2_256_128', [32, 0, 32]],
    ['ENCR_AES_GCM_16', 16, 'NONE', [16, 4, 0]],
    ['ENCR_AES_CCM_8', 24, 'NONE', [24, 3, 0]],
    ['ENCR_AES_CTR', 16, 'AUTH_AES_XCBC_96', [16, 4, 16]],
    ['ENCR_CHACHA20_POLY1305', 32, 'NONE', [32, 4, 0]],
    ['ENCR_NULL', 0, 'AUTH_HMAC_SHA1_96', [0, 0, 20]],
    [undefined, 0, 'AUTH_HMAC_MD5_96', [0, 0, 16]],
    [undefined, 0, 'AUTH_AES_256_GMAC', [0, 0, 36]],
  ];
  const material = Uint8Array.from({ length: 100 }, (_, i) => i);
  for (const [name, keyLength, integ, split] of rows) {
    it(`${name ?? 'AH'} with ${integ}`, () => {
      const cipher = name === undefined ? undefined : cipherByName(name);
      const integrity = integrityByName(integ);
      if (integrity === undefined) throw new TypeError(integ);
      const keys = splitSaKeys(material, cipher, keyLength, integrity);
      expect([keys.encryption.length, keys.salt.length, keys.integrity.length]).toEqual(split);
      const joined = toHex(keys.encryption.reveal()) + toHex(keys.salt.reveal()) + toHex(keys.integrity.reveal());
      const length = saKeyLength(cipher, keyLength, integrity);
      expect(joined).toBe(toHex(material.subarray(0, length)));
      expect(() => splitSaKeys(material.subarray(0, length - 1), cipher, keyLength, integrity)).toThrow(UsageError);
    });
  }

  it('key and salt in one piece, as Linux and Wireshark write them', () => {
    const cipher = cipherByName('ENCR_AES_GCM_16');
    if (cipher === undefined) throw new TypeError('no cipher');
    const { key, salt } = splitKeyAndSalt(cipher, material.subarray(0, 20));
    expect([toHex(key.reveal()), toHex(salt.reveal())]).toEqual([toHex(material.subarray(0, 16)), '10111213']);
    expect(() => splitKeyAndSalt(cipher, material.subarray(0, 3))).toThrow(UsageError);
  });
});
