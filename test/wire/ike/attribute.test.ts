import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import { attributeNumber, decodeAttributes, encodeAttributes } from '../../../src/wire/ike/attribute.js';
import { codecContract } from '../../support/codec-contract.js';

codecContract('attributes', { decode: decodeAttributes, encode: encodeAttributes }, [
  { name: 'none', hex: '', value: [] },
  { name: 'short form', hex: '800e0100', value: [{ type: 14, value: 256 }] },
  { name: 'long form', hex: '000c0004 00015180', value: [{ type: 12, value: fromHex('00015180') }] },
  { name: 'long form without bytes', hex: '000c0000', value: [{ type: 12, value: new Uint8Array(0) }] },
]);

describe('attributeNumber', () => {
  const attributes = [
    { type: 1, value: 7 },
    { type: 2, value: fromHex('00015180') },
    { type: 3, value: fromHex('00112233445566') },
    { type: 4, value: new Uint8Array(0) },
  ];
  it.each([
    [1, 7],
    [2, 86400],
    [3, undefined],
    [4, 0],
    [5, undefined],
  ])('attribute %i is %s', (type, number) => expect(attributeNumber(attributes, type)).toBe(number));
});
