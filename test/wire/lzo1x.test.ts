import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../../src/bytes/hex.js';
import { compressLzo1x, decompressLzo1x } from '../../src/wire/lzo1x.js';
import { repetitive } from '../support/repetitive.js';

const text = Buffer.from(`${'vpndoctor '.repeat(40)}end`);

describe('what liblzo2 2.10 compressed', () => {
  it.each([
    ['lzo1x_1_15, text', '0776706e646f63746f722020005c24000a76706e646f63746f7220656e64110000', text],
    ['lzo1x_999, text', '1b76706e646f63746f72202000662500650002110000', text],
    ['lzo1x_1_15, zeroes', '0200000000002000000000004810000c000000000000000000000000000000110000', Buffer.alloc(1400)],
    ['lzo1x_999, zeroes', '12002000000000005b0000110000', Buffer.alloc(1400)],
  ])('%s', (_name, hex, plain) => {
    const stream = fromHex(hex);
    const out = new Uint8Array(2000);
    expect(decompressLzo1x(stream, out)).toBe(plain.length);
    expect(Buffer.from(out.subarray(0, plain.length))).toEqual(plain);
    for (let cut = 0; cut < stream.length; cut++) expect(decompressLzo1x(stream.subarray(0, cut), out)).toBeUndefined();
    expect(decompressLzo1x(stream, out.subarray(0, plain.length))).toBe(plain.length);
    expect(decompressLzo1x(stream, out.subarray(0, plain.length - 1))).toBeUndefined();
    expect(decompressLzo1x(Buffer.concat([stream, Buffer.alloc(1)]), out)).toBeUndefined();
  });
});

it('what we compress is read back, and is smaller', () => {
  const out = new Uint8Array(70_000);
  let shrunk = 0;
  fc.assert(
    fc.property(repetitive, (plain) => {
      const stream = compressLzo1x(plain);
      if (stream === undefined) return;
      shrunk++;
      expect(stream.length).toBeLessThan(plain.length);
      expect(decompressLzo1x(stream, out)).toBe(plain.length);
      expect(Buffer.compare(out.subarray(0, plain.length), plain)).toBe(0);
    }),
    { seed: 11, numRuns: 400 },
  );
  expect(shrunk).toBeGreaterThan(100);
  expect(compressLzo1x(text)?.length).toBeLessThan(40);
});

it('random bytes are refused or stay in their room', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (stream) => {
      expect(decompressLzo1x(stream, new Uint8Array(500)) ?? 0).toBeLessThanOrEqual(500);
    }),
    { seed: 3, numRuns: 2000 },
  );
});
