import { describe, expect, it } from 'vitest';
import { digestOf } from '../../../src/dissect/ike/digest.js';

describe('digestOf', () => {
  it('is equal for equal bytes, wherever they lie', () => {
    const bytes = Uint8Array.from({ length: 300 }, (_, i) => i & 0xff);
    const elsewhere = new Uint8Array(310);
    elsewhere.set(bytes, 7);
    expect(digestOf(elsewhere.subarray(7, 307))).toBe(digestOf(bytes));
  });

  it('tells messages apart that differ in one bit, in order or in length, and is a whole number', () => {
    const seen = new Set<number>();
    const bytes = new Uint8Array(1200);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const at = bit >> 3;
      bytes[at] = 1 << (bit & 7);
      seen.add(digestOf(bytes));
      bytes[at] = 0;
    }
    for (let length = 0; length < bytes.length; length++) seen.add(digestOf(bytes.subarray(0, length)));
    for (let pair = 0; pair < 65_536; pair++) seen.add(digestOf(Uint8Array.of(pair >> 8, pair & 0xff, 9)));
    expect(seen.size).toBe(1200 * 8 + 1200 + 65_536);
    expect([...seen].every(Number.isSafeInteger)).toBe(true);
  });
});
