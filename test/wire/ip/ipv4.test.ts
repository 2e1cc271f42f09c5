import { expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import { ByteReader } from '../../../src/bytes/reader.js';
import { decodeIpv4, encodeIpv4 } from '../../../src/wire/ip/ipv4.js';
import { codecContract } from '../../support/codec-contract.js';

const base = {
  kind: 'ipv4',
  tos: 0,
  totalLength: 115,
  identification: 0,
  dontFragment: true,
  moreFragments: false,
  fragmentOffset: 0,
  ttl: 64,
  protocol: 17,
  checksum: 0xb861,
  src: '192.168.0.1',
  dst: '192.168.0.199',
  options: new Uint8Array(0),
} as const;

codecContract('ipv4', { decode: decodeIpv4, encode: encodeIpv4 }, [
  { name: 'no options', hex: '4500 0073 0000 4000 4011 b861 c0a80001 c0a800c7', value: base },
  {
    name: 'a later fragment with options',
    hex: '46b8 05dc beef 20b9 ff32 0000 0a000001 0a000002 94040000',
    value: {
      ...base,
      tos: 0xb8,
      totalLength: 1500,
      identification: 0xbeef,
      dontFragment: false,
      moreFragments: true,
      fragmentOffset: 1480,
      ttl: 255,
      protocol: 50,
      checksum: 0,
      src: '10.0.0.1',
      dst: '10.0.0.2',
      options: fromHex('94040000'),
    },
  },
]);

it.each([
  ['6500 0073 0000 4000 4011 b861 c0a80001 c0a800c7', /version.*is 6/],
  ['4400 0073 0000 4000 4011 b861 c0a80001 c0a800c7', /header length.*16 bytes/],
  ['4f00 0073 0000 4000 4011 b861 c0a80001 c0a800c7', /options.*needs 40/],
])('refuses %s', (hex, message) => expect(() => decodeIpv4(new ByteReader(fromHex(hex)))).toThrow(message));
