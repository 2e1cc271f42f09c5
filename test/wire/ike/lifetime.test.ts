import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import { lifetimesOf, lifetimeText } from '../../../src/wire/ike/lifetime.js';

describe('lifetimesOf', () => {
  it('pairs each duration with the type before it', () => {
    const attributes = [
      { type: 11, value: 1 },
      { type: 12, value: fromHex('00015180') },
      { type: 11, value: 2 },
      { type: 12, value: 5000 },
    ];
    expect(lifetimesOf(attributes, 11)).toEqual([
      { type: 1, amount: 86400 },
      { type: 2, amount: 5000 },
    ]);
    expect(lifetimesOf(attributes, 1)).toEqual([]);
  });
  it('takes seconds when no type is given, and leaves out what is too long', () =>
    expect(
      lifetimesOf(
        [
          { type: 2, value: 7 },
          { type: 2, value: new Uint8Array(7) },
        ],
        1,
      ),
    ).toEqual([{ type: 1, amount: 7 }]));
  it.each([
    [{ type: 1, amount: 3600 }, '3600 s'],
    [{ type: 2, amount: 4608000 }, '4608000 kB'],
    [{ type: 9, amount: 7 }, '7 (life type 9)'],
  ])('%j reads %s', (lifetime, text) => expect(lifetimeText(lifetime)).toBe(text));
});
