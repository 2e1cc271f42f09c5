import { expect, it } from 'vitest';
import { fromHex } from '../../src/bytes/hex.js';
import { ByteReader } from '../../src/bytes/reader.js';
import { decodeAh, decodeAhStart, encodeAh } from '../../src/wire/ah.js';
import { codecContract } from '../support/codec-contract.js';

codecContract('ah', { decode: decodeAh, encode: encodeAh }, [
  {
    name: 'HMAC-SHA1-96 before ESP',
    hex: '32 04 0000 00000100 00000001 000102030405060708090a0b',
    value: { kind: 'ah', nextHeader: 50, length: 24, spi: 256, sequence: 1, icv: fromHex('000102030405060708090a0b') },
  },
  {
    name: 'no ICV at all',
    hex: '06 01 0000 00000100 00000001',
    value: { kind: 'ah', nextHeader: 6, length: 12, spi: 256, sequence: 1, icv: new Uint8Array(0) },
  },
]);

it('refuses a length without room for its own fields', () => {
  expect(() => decodeAh(new ByteReader(fromHex('32 00 0000 00000100 00000001')))).toThrow(/8 bytes in all/);
});

it.each([
  ['3a 00 0000 00000100 00000001 a5', 8, ''],
  ['32 04 0000 00000100 00000001 a5a5', 24, 'a5a5'],
  ['32 04 0000 00000100 00000001 000102030405060708090a0b a5', 24, '000102030405060708090a0b'],
])('reads what is there of %s', (hex, length, icv) => {
  expect(decodeAhStart(new ByteReader(fromHex(hex)))).toMatchObject({ length, spi: 256, sequence: 1, icv: fromHex(icv) });
});
