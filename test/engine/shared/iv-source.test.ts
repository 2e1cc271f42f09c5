import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/bytes/hex.js';
import { ciphers } from '../../../src/crypto/ciphers.js';
import { ivSource } from '../../../src/engine/shared/iv-source.js';
import { seededRandom } from '../esp/make-child.js';

describe('IVs', () => {
  it.each(ciphers.map((cipher) => [cipher.name, cipher] as const))('of %s never repeat, and are of the right length', (_name, cipher) => {
    const iv = ivSource(cipher, seededRandom(3));
    const seen = new Set<string>();
    const numbers = [
      ...Array.from({ length: 600 }, (_, i) => [0, i + 1] as const),
      [0, 0xffff_ffff],
      [1, 0],
      [1, 1],
      [0xffff_ffff, 1],
    ] as const;
    for (const [high, low] of numbers) {
      const bytes = iv(high, low);
      expect(bytes.length).toBe(cipher.implicitIv ? 8 : cipher.ivLength);
      seen.add(toHex(bytes));
    }
    expect(seen.size).toBe(cipher.ivLength === 0 && !cipher.implicitIv ? 1 : numbers.length);
  });

  it('of CBC come from the random source, each byte once', () => {
    const calls: number[] = [];
    const cipher = ciphers.find(({ name }) => name === 'ENCR_AES_CBC');
    if (cipher === undefined) throw new TypeError('no AES');
    let next = 0;
    const iv = ivSource(cipher, (length) => {
      calls.push(length);
      return Uint8Array.from({ length }, () => next++ & 255);
    });
    const drawn = Array.from({ length: 300 }, () => [...iv(0, 1)]).flat();
    expect(drawn).toEqual(Array.from({ length: 4800 }, (_, i) => i & 255));
    expect(calls.length).toBe(2);
  });

  it('are the sequence number where implicit (RFC 8750)', () => {
    const cipher = ciphers.find(({ name }) => name === 'ENCR_AES_GCM_16_IIV');
    if (cipher === undefined) throw new TypeError('no GCM');
    expect(toHex(ivSource(cipher, seededRandom())(1, 2))).toBe('0000000100000002');
  });
});
