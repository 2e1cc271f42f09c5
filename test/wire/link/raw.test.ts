import { expect, it } from 'vitest';
import { DecodeError } from '../../../src/bytes/errors.js';
import { fromHex } from '../../../src/bytes/hex.js';
import { ByteReader } from '../../../src/bytes/reader.js';
import { decodeRaw } from '../../../src/wire/link/raw.js';

it.each([
  ['45', 0x0800],
  ['60', 0x86dd],
  ['00', 0],
  ['ff', 0],
])('tells the EtherType of %s and moves nothing', (hex, etherType) => {
  const reader = new ByteReader(fromHex(hex));
  expect(decodeRaw(reader)).toEqual({ kind: 'raw', etherType });
  expect(reader.remaining).toBe(1);
});

it('refuses nothing at all', () => expect(() => decodeRaw(new ByteReader(new Uint8Array(0)))).toThrow(DecodeError));
