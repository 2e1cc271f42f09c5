import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../../src/bytes/hex.js';
import { authorityHashes, payload } from '../../../../src/wire/ike/payloads/certreq.js';
import { codecContract } from '../../../support/codec-contract.js';

codecContract('certreq', payload, [
  {
    name: 'two hashes',
    hex: `04 ${'11'.repeat(20)} ${'22'.repeat(20)}`,
    value: { encoding: 4, authority: fromHex('11'.repeat(20) + '22'.repeat(20)) },
  },
  { name: 'any CA', hex: '04', value: { encoding: 4, authority: new Uint8Array(0) } },
]);

describe('authorityHashes', () => {
  it('splits', () =>
    expect(authorityHashes({ encoding: 4, authority: fromHex('11'.repeat(20) + '22'.repeat(20)) })?.map(toHex)).toEqual([
      '11'.repeat(20),
      '22'.repeat(20),
    ]));
  it('refuses what does not divide', () => expect(authorityHashes({ encoding: 4, authority: new Uint8Array(21) })).toBeUndefined());
});
