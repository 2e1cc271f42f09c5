import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { load16, load32, load64 } from '../../src/pcapfile/endian.js';

describe('loads', () => {
  it('equal those of Buffer for any bytes at any place', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 12, maxLength: 12 }), fc.integer({ min: 0, max: 4 }), (random, at) => {
        const bytes = Buffer.from(random);
        expect(load16(bytes, at, true)).toBe(bytes.readUInt16LE(at));
        expect(load16(bytes, at, false)).toBe(bytes.readUInt16BE(at));
        expect(load32(bytes, at, true)).toBe(bytes.readUInt32LE(at));
        expect(load32(bytes, at, false)).toBe(bytes.readUInt32BE(at));
        expect(load64(bytes, at, true)).toBe(Number(bytes.readBigUInt64LE(at)));
        expect(load64(bytes, at, false)).toBe(Number(bytes.readBigUInt64BE(at)));
      }),
    );
  });
});
