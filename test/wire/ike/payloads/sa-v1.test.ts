import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../../../src/bytes/errors.js';
import { fromHex } from '../../../../src/bytes/hex.js';
import { ByteReader } from '../../../../src/bytes/reader.js';
import { payload } from '../../../../src/wire/ike/payloads/sa-v1.js';
import { codecContract } from '../../../support/codec-contract.js';

codecContract('sa-v1', payload, [
  // RFC 2409 Appendix A: 3DES, MD5, PSK, group 2, 28800 seconds in the long form
  {
    name: 'phase 1',
    hex: '00000001 00000001 0000002c 01 01 00 01 00000024 01 01 0000 80010005 80020001 80030001 80040002 800b0001 000c0004 00007080',
    value: {
      doi: 1,
      situation: 1,
      proposals: [
        {
          number: 1,
          protocol: 1,
          spi: new Uint8Array(0),
          transforms: [
            {
              number: 1,
              id: 1,
              attributes: [
                { type: 1, value: 5 },
                { type: 2, value: 1 },
                { type: 3, value: 1 },
                { type: 4, value: 2 },
                { type: 11, value: 1 },
                { type: 12, value: fromHex('00007080') },
              ],
            },
          ],
        },
      ],
    },
  },
  { name: 'GDOI', hex: '00000002 00000000 0102', value: { doi: 2, situation: 0, proposals: [], rest: fromHex('0102') } },
  { name: 'a labelled situation', hex: '00000001 00000003 0102', value: { doi: 1, situation: 3, proposals: [], rest: fromHex('0102') } },
  { name: 'no proposals', hex: '00000001 00000001', value: { doi: 1, situation: 1, proposals: [] } },
]);

describe('sa-v1', () => {
  const good =
    '00000001 00000001 0000002c 01 01 00 02 03000014 01 01 0000 80010005 80020001 80030001 00000010 02 01 0000 80010007 800e0080';
  it('decodes what the next ones spoil', () =>
    expect(payload.decode(new ByteReader(fromHex(good))).proposals[0]?.transforms).toHaveLength(2));
  it.each([
    ['a count of transforms that is wrong', good.replace('01 00 02', '01 00 01')],
    ['a proposal that says more follows', good.replace('0000002c', '0200002c')],
    ['a transform that says it is the last and is not', good.replace('03000014', '00000014')],
    ['a next payload that is no transform', good.replace('03000014', '05000014')],
    ['a transform length of zero', good.replace('03000014', '03000000')],
  ])('refuses %s', (_, hex) => expect(() => payload.decode(new ByteReader(fromHex(hex)))).toThrow(DecodeError));

  it('keeps the transforms before the faulty one', () => {
    const partial = payload.decodePartial?.(new ByteReader(fromHex(good.replace('00000010 02', '00000011 02'))));
    expect(partial?.proposals[0]?.transforms.map((transform) => transform.number)).toEqual([1]);
    expect(payload.decodePartial?.(new ByteReader(fromHex('0000')))).toEqual({ doi: 0, situation: 0, proposals: [] });
  });
});
