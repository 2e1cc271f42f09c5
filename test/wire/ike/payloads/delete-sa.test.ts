import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../../../src/bytes/errors.js';
import { fromHex } from '../../../../src/bytes/hex.js';
import { ByteReader } from '../../../../src/bytes/reader.js';
import { payload } from '../../../../src/wire/ike/payloads/delete-sa.js';
import { codecContract } from '../../../support/codec-contract.js';

codecContract('delete-sa', payload, [
  // RFC 7296 §3.11
  { name: 'the IKE SA', hex: '01 00 0000', value: { protocol: 1, spiSize: 0, spis: [] } },
  {
    name: 'two ESP SAs',
    hex: '03 04 0002 01020304 05060708',
    value: { protocol: 3, spiSize: 4, spis: [fromHex('01020304'), fromHex('05060708')] },
  },
]);

describe('delete-sa', () => {
  it.each([
    ['more SPIs announced than there', '03 04 0003 01020304 05060708'],
    ['fewer announced', '03 04 0001 01020304 05060708'],
    ['many SPIs of no size', '03 00 ffff'],
  ])('refuses %s', (_, hex) => expect(() => payload.decode(new ByteReader(fromHex(hex)))).toThrow(DecodeError));
});
