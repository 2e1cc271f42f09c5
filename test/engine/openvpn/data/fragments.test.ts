import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../../src/bytes/hex.js';
import { Defragmenter, Fragmenter } from '../../../../src/engine/openvpn/data/fragments.js';

const count = (length: number) => Uint8Array.from({ length }, (_, i) => i & 0xff);
const shuffled = (pieces: readonly Uint8Array[], by: number) => pieces.map((_, i) => pieces[(i * 7 + by) % pieces.length] as Uint8Array);

describe('cut', () => {
  it('as OpenVPN writes it: whole, not last, last with the size of the others', () => {
    const fragmenter = new Fragmenter();
    expect(fragmenter.cut(count(4), 100)?.map(toHex)).toEqual(['0000000000010203']);
    // Sequence 1; numbers 0, 1, 2; the last says 8 bytes, in units of four.
    expect(fragmenter.cut(count(20), 12)?.map(toHex)).toEqual(['000000050001020304050607', '0000040508090a0b0c0d0e0f', '0001080610111213']);
  });

  it('refuses what 32 pieces cannot hold', () => {
    expect(new Fragmenter().cut(count(32 * 8), 12)).toHaveLength(32);
    expect(new Fragmenter().cut(count(32 * 8 + 1), 12)).toBeUndefined();
    expect(new Fragmenter().cut(count(10), 7)).toBeUndefined();
  });
});

it('pieces come together in any order', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1500 }),
      fc.integer({ min: 60, max: 1600 }),
      fc.integer({ min: 0, max: 31 }),
      (length, room, by) => {
        const pieces = new Fragmenter().cut(count(length), room) ?? [];
        const defragmenter = new Defragmenter();
        const results = (pieces.length % 7 === 0 ? pieces : shuffled(pieces, by)).map((one) => defragmenter.add(one, 0));
        expect(results.slice(0, -1).every((result) => result === 'waiting')).toBe(true);
        expect(Buffer.from(results.at(-1) as Uint8Array).equals(count(length))).toBe(true);
      },
    ),
    { seed: 4, numRuns: 500 },
  );
});

it('what is old, of another size or too much is another payload', () => {
  const pieces = new Fragmenter().cut(count(20), 12) as readonly [Uint8Array, Uint8Array, Uint8Array];
  const late = new Defragmenter();
  late.add(pieces[0], 1000);
  late.add(pieces[1], 11_001);
  expect(late.add(pieces[2], 11_001)).toBe('waiting');
  const inTime = new Defragmenter();
  inTime.add(pieces[0], 11_000);
  inTime.add(pieces[1], 21_000);
  expect(inTime.add(pieces[2], 21_000)).toBeInstanceOf(Uint8Array);
  const full = new Defragmenter();
  full.add(pieces[0], 0);
  const fragmenter = new Fragmenter();
  // Sequence numbers 2 to 26 push the oldest out.
  fragmenter.cut(count(20), 12);
  for (let i = 0; i < 25; i++) full.add(fragmenter.cut(count(20), 12)?.[0] as Uint8Array, 0);
  full.add(pieces[1], 0);
  expect(full.add(pieces[2], 0)).toBe('waiting');
});

it.each(['', '000000', '00000003aa', '00000001', '0000040600010203', 'ffffffff0011'])('%s is no fragment', (hex) =>
  expect(new Defragmenter().add(fromHex(hex), 0)).toBeUndefined(),
);

it('stands anything', () => {
  const defragmenter = new Defragmenter();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (plain) => {
      defragmenter.add(plain, 0);
    }),
    { seed: 2, numRuns: 5000 },
  );
});
