import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes/hex.js';
import type { BlockCipher } from '../../../src/crypto/legacy/block-cipher.js';
import { scheduleBlowfish } from '../../../src/crypto/legacy/blowfish.js';
import { scheduleCast128 } from '../../../src/crypto/legacy/cast128.js';
import { scheduleSerpent } from '../../../src/crypto/legacy/serpent.js';
import { scheduleTwofish } from '../../../src/crypto/legacy/twofish.js';

/** Published vectors: name of the source, key, text, ciphertext. */
const rows: readonly (readonly [string, (key: Uint8Array) => BlockCipher, string, string, string])[] = [
  ['RFC 2144 B.1, 128 bits', scheduleCast128, '0123456712345678234567893456789a', '0123456789abcdef', '238b4fe5847e44b2'],
  ['RFC 2144 B.1, 80 bits', scheduleCast128, '01234567123456782345', '0123456789abcdef', 'eb6a711a2c02271b'],
  ['RFC 2144 B.1, 40 bits', scheduleCast128, '0123456712', '0123456789abcdef', '7ac816d16e9b302e'],
  ['Schneier, Blowfish zero key', scheduleBlowfish, '0000000000000000', '0000000000000000', '4ef997456198dd78'],
  ['Schneier, Blowfish 0123…', scheduleBlowfish, '0123456789abcdef', '1111111111111111', '61f9c3802281b096'],
  [
    'Schneier, Blowfish 24 bytes',
    scheduleBlowfish,
    'f0e1d2c3b4a5968778695a4b3c2d1e0f0011223344556677',
    'fedcba9876543210',
    '05044b62fa52d080',
  ],
  ['Twofish paper, zero key of 128 bits', scheduleTwofish, '00'.repeat(16), '00'.repeat(16), '9f589f5cf6122c32b6bfec2f2ae8c35a'],
  [
    'Twofish paper, 192 bits',
    scheduleTwofish,
    '0123456789abcdeffedcba98765432100011223344556677',
    '00'.repeat(16),
    'cfd1d2e5a9be9cdf501f13b892bd2248',
  ],
  [
    'Twofish paper, 256 bits',
    scheduleTwofish,
    '0123456789abcdeffedcba987654321000112233445566778899aabbccddeeff',
    '00'.repeat(16),
    '37527be0052334b89f0cfccae87cfa20',
  ],
  ['computed with libgcrypt 1.10, blowfish', scheduleBlowfish, '0102030405060708090a0b0c0d0e0f10', '4041424344454647', '770ccda1bd6f97c1'],
  ['computed with libgcrypt 1.10, cast128', scheduleCast128, '0102030405060708090a0b0c0d0e0f10', '4041424344454647', '8acd9c86b97e3206'],
  [
    'computed with libgcrypt 1.10, twofish256',
    scheduleTwofish,
    '0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20',
    '404142434445464748494a4b4c4d4e4f',
    '997e65ed0505b4b52f00deb3e81273b1',
  ],
  [
    'computed with libgcrypt 1.10, twofish128',
    scheduleTwofish,
    '0102030405060708090a0b0c0d0e0f10',
    '404142434445464748494a4b4c4d4e4f',
    '6dbccf707a8317c7f98ed7fea20aa379',
  ],
  [
    'computed with libgcrypt 1.10, serpent128',
    scheduleSerpent,
    '0102030405060708090a0b0c0d0e0f10',
    '404142434445464748494a4b4c4d4e4f',
    'a9bff9d2a45b234a87dfc5fafcf8f217',
  ],
  [
    'computed with libgcrypt 1.10, serpent192',
    scheduleSerpent,
    '0102030405060708090a0b0c0d0e0f101112131415161718',
    '404142434445464748494a4b4c4d4e4f',
    'd27c7306e3e2aa884775e64aec8ee9d5',
  ],
  [
    'computed with libgcrypt 1.10, serpent256',
    scheduleSerpent,
    '0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20',
    '404142434445464748494a4b4c4d4e4f',
    '235de1708c66fad2f94902611a6fb78a',
  ],
];

describe('block ciphers of our own', () => {
  for (const [name, schedule, key, text, ciphertext] of rows) {
    it(name, () => {
      const block = fromHex(text);
      schedule(fromHex(key)).encrypt(block);
      expect(toHex(block)).toBe(ciphertext);
      schedule(fromHex(key)).decrypt(block);
      expect(toHex(block)).toBe(text);
    });
  }

  it('decrypt what they encrypted, whatever the key', () => {
    const lengths: readonly [(key: Uint8Array) => BlockCipher, number, readonly number[]][] = [
      [scheduleCast128, 8, [5, 10, 11, 16]],
      [scheduleBlowfish, 8, [5, 16, 56]],
      [scheduleTwofish, 16, [16, 24, 32]],
      [scheduleSerpent, 16, [16, 24, 32]],
    ];
    for (const [schedule, size, keyLengths] of lengths) {
      for (const length of keyLengths) {
        fc.assert(
          fc.property(
            fc.uint8Array({ minLength: length, maxLength: length }),
            fc.uint8Array({ minLength: size, maxLength: size }),
            (key, text) => {
              const block = text.slice();
              const cipher = schedule(key);
              cipher.encrypt(block);
              cipher.decrypt(block);
              expect(block).toEqual(text);
            },
          ),
          { numRuns: 20 },
        );
      }
    }
  });
});
