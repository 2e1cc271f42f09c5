import { expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import {
  decodeExtensionHeader,
  decodeFragmentHeader,
  encodeExtensionHeader,
  encodeFragmentHeader,
  isExtensionHeader,
} from '../../../src/wire/ip/extension-headers.js';
import { codecContract } from '../../support/codec-contract.js';

codecContract('hop-by-hop', { decode: (reader) => decodeExtensionHeader(0, reader), encode: encodeExtensionHeader }, [
  {
    name: 'router alert before ESP',
    hex: '32 00 05020000 0100',
    value: { kind: 'ipv6-extension', protocol: 0, nextHeader: 50, data: fromHex('050200000100') },
  },
  {
    name: 'two units long',
    hex: '33 01 010c00000000000000000000 0000',
    value: { kind: 'ipv6-extension', protocol: 0, nextHeader: 51, data: fromHex('010c000000000000000000000000') },
  },
]);

codecContract('fragment', { decode: decodeFragmentHeader, encode: encodeFragmentHeader }, [
  { name: 'first', hex: '32 00 0001 00000007', value: { nextHeader: 50, offset: 0, moreFragments: true, identification: 7 } },
  { name: 'last', hex: '11 00 05a8 deadbeef', value: { nextHeader: 17, offset: 1448, moreFragments: false, identification: 0xdeadbeef } },
  {
    name: 'reserved bits set',
    hex: '11 ff 05ae deadbeef',
    value: { nextHeader: 17, offset: 1448, moreFragments: false, identification: 0xdeadbeef },
    decodeOnly: true,
  },
]);

it('knows which protocols it reads', () => {
  expect(Array.from({ length: 256 }, (_, protocol) => protocol).filter(isExtensionHeader)).toEqual([0, 43, 60, 135, 139, 140]);
});
