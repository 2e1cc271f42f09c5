import { expect, it } from 'vitest';
import { fromHex } from '../../src/bytes/hex.js';
import { ByteReader } from '../../src/bytes/reader.js';
import { decodeGeneve } from '../../src/wire/geneve.js';

it('reads the header and stops behind the options', () => {
  const reader = new ByteReader(fromHex('02 40 6558 00002a 00 0102800100000000 a5'));
  expect(decodeGeneve(reader)).toEqual({ kind: 'geneve', etherType: 0x6558, networkId: 42 });
  expect(reader.rest()).toEqual(fromHex('a5'));
});

it.each(['42 00 6558 00002a 00', '00 01 6558 00002a 00', '00 00 6558 00002a 01', '02 00 6558 00002a 00', '00'])('refuses "%s"', (hex) => {
  expect(() => decodeGeneve(new ByteReader(fromHex(hex)))).toThrow(/Geneve/);
});
