import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../../src/bytes/hex.js';
import { compressLz4Block, decompressLz4Block } from '../../src/wire/lz4-block.js';
import { repetitive } from '../support/repetitive.js';

const text = Buffer.from(`${'vpndoctor '.repeat(40)}end`);

describe('what liblz4 1.9.4 compressed', () => {
  it.each([
    ['text', 'af76706e646f63746f72200a00ff72507220656e64', text],
    ['zeroes', '1f000100ffffffffff64500000000000', Buffer.alloc(1400)],
  ])('%s', (_name, hex, plain) => {
    const stream = fromHex(hex);
    const out = new Uint8Array(2000);
    expect(decompressLz4Block(stream, out)).toBe(plain.length);
    expect(Buffer.from(out.subarray(0, plain.length))).toEqual(plain);
    // A block does not tell its length: cut behind literals it is another one.
    for (let cut = 0; cut < stream.length; cut++) expect(decompressLz4Block(stream.subarray(0, cut), out)).not.toBe(plain.length);
    expect(decompressLz4Block(stream, out.subarray(0, plain.length))).toBe(plain.length);
    expect(decompressLz4Block(stream, out.subarray(0, plain.length - 1))).toBeUndefined();
  });
});

it('what we compress is read back, and is smaller', () => {
  const out = new Uint8Array(70_000);
  let shrunk = 0;
  fc.assert(
    fc.property(repetitive, (plain) => {
      const stream = compressLz4Block(plain);
      if (stream === undefined) return;
      shrunk++;
      expect(stream.length).toBeLessThan(plain.length);
      expect(decompressLz4Block(stream, out)).toBe(plain.length);
      expect(Buffer.compare(out.subarray(0, plain.length), plain)).toBe(0);
    }),
    { seed: 11, numRuns: 400 },
  );
  expect(shrunk).toBeGreaterThan(100);
  expect(compressLz4Block(text)?.length).toBeLessThan(40);
});

it('random bytes are refused or stay in their room', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (stream) => {
      expect(decompressLz4Block(stream, new Uint8Array(500)) ?? 0).toBeLessThanOrEqual(500);
    }),
    { seed: 3, numRuns: 2000 },
  );
});
