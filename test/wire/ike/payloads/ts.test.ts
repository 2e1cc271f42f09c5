import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../../../src/bytes/errors.js';
import { fromHex } from '../../../../src/bytes/hex.js';
import { ByteReader } from '../../../../src/bytes/reader.js';
import { payload } from '../../../../src/wire/ike/payloads/ts.js';
import { codecContract } from '../../../support/codec-contract.js';

codecContract('ts', payload, [
  // RFC 7296 §3.13
  {
    name: 'IPv4 and IPv6',
    hex: '02 000000 07 06 0010 0050 0050 0a010000 0a01ffff 08 00 0028 0000 ffff 20010db8000000000000000000000000 20010db800000000ffffffffffffffff',
    value: {
      selectors: [
        { type: 7, protocol: 6, startPort: 80, endPort: 80, start: fromHex('0a010000'), end: fromHex('0a01ffff') },
        {
          type: 8,
          protocol: 0,
          startPort: 0,
          endPort: 65535,
          start: fromHex('20010db8000000000000000000000000'),
          end: fromHex('20010db800000000ffffffffffffffff'),
        },
      ],
    },
  },
  // RFC 9478 §2
  {
    name: 'security label',
    hex: '01 000000 0a 00 0007 6c6162',
    value: { selectors: [{ type: 10, protocol: 0, data: fromHex('6c6162') }] },
  },
  { name: 'none', hex: '00 000000', value: { selectors: [] } },
]);

describe('ts', () => {
  it.each([
    ['more selectors than announced', '00 000000 07 06 0010 0050 0050 0a010000 0a01ffff'],
    ['fewer', '02 000000 07 06 0010 0050 0050 0a010000 0a01ffff'],
    ['a selector length with room to spare', '01 000000 07 06 0014 0050 0050 0a010000 0a01ffff 00000000'],
    ['a selector length below its header', '01 000000 07 06 0003 0050 0050 0a010000 0a01ffff'],
  ])('refuses %s', (_, hex) => expect(() => payload.decode(new ByteReader(fromHex(hex)))).toThrow(DecodeError));
});
