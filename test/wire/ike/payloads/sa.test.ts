import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../../../src/bytes/errors.js';
import { fromHex, toHex } from '../../../../src/bytes/hex.js';
import { ByteReader } from '../../../../src/bytes/reader.js';
import { payload } from '../../../../src/wire/ike/payloads/sa.js';
import { codecContract } from '../../../support/codec-contract.js';

codecContract('sa', payload, [
  // RFC 7296 §3.3: AES_CBC_256, PRF_HMAC_SHA2_256, AUTH_HMAC_SHA2_256_128, ECP_256
  {
    name: 'one IKE proposal',
    hex: '0000002c 01 01 00 04 0300000c 0100000c 800e0100 03000008 02000005 03000008 0300000c 00000008 04000013',
    value: {
      proposals: [
        {
          number: 1,
          protocol: 1,
          spi: new Uint8Array(0),
          transforms: [
            { type: 1, id: 12, attributes: [{ type: 14, value: 256 }] },
            { type: 2, id: 5, attributes: [] },
            { type: 3, id: 12, attributes: [] },
            { type: 4, id: 19, attributes: [] },
          ],
        },
      ],
    },
  },
  {
    name: 'two ESP proposals, one with a long attribute of an unknown type',
    hex: '02000020 01 03 04 02 aabbccdd 0300000c 01000014 00630000 00000008 05000000 0000001c 02 03 04 01 11223344 00000010 01000014 00630004 01020304',
    value: {
      proposals: [
        {
          number: 1,
          protocol: 3,
          spi: fromHex('aabbccdd'),
          transforms: [
            { type: 1, id: 20, attributes: [{ type: 99, value: new Uint8Array(0) }] },
            { type: 5, id: 0, attributes: [] },
          ],
        },
        {
          number: 2,
          protocol: 3,
          spi: fromHex('11223344'),
          transforms: [{ type: 1, id: 20, attributes: [{ type: 99, value: fromHex('01020304') }] }],
        },
      ],
    },
  },
  { name: 'nothing', hex: '', value: { proposals: [] } },
]);

describe('sa', () => {
  const good = '0000001c 01 01 00 02 03000008 02000005 0000000c 0100000c 800e0100';
  const refuse = (hex: string) => expect(() => payload.decode(new ByteReader(fromHex(hex)))).toThrow(DecodeError);

  it('decodes what the next ones spoil', () => expect(payload.decode(new ByteReader(fromHex(good))).proposals).toHaveLength(1));
  it.each([
    ['a count of transforms that is wrong', good.replace('01 00 02', '01 00 03')],
    ['a proposal that says more follows', good.replace('0000001c', '0200001c')],
    ['a proposal mark of neither kind', good.replace('0000001c', '0300001c')],
    ['a transform that says it is the last and is not', good.replace('03000008', '00000008')],
    ['a transform length below its header', good.replace('03000008', '03000003')],
    ['a proposal length of zero', good.replace('0000001c', '00000000')],
    ['a proposal length beyond the payload', good.replace('0000001c', '0000001d')],
  ])('refuses %s', (_, hex) => refuse(hex));

  it('keeps the transforms before the faulty one', () => {
    const cut = fromHex(good).subarray(0, 20);
    refuse(toHex(cut));
    const broken = good.replace('0000000c', '0000000d');
    expect(payload.decodePartial?.(new ByteReader(fromHex(broken)))).toEqual({
      proposals: [{ number: 1, protocol: 1, spi: new Uint8Array(0), transforms: [{ type: 2, id: 5, attributes: [] }] }],
    });
  });
});
