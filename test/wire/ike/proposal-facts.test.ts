import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import { ByteReader } from '../../../src/bytes/reader.js';
import { payload as sa } from '../../../src/wire/ike/payloads/sa.js';
import { payload as saV1 } from '../../../src/wire/ike/payloads/sa-v1.js';
import { proposalFacts, proposalFactsV1 } from '../../../src/wire/ike/proposal-facts.js';

const v2 = (hex: string) => proposalFacts(sa.decode(new ByteReader(fromHex(hex))));
const v1 = (hex: string) => proposalFactsV1(saV1.decode(new ByteReader(fromHex(hex))));

describe('proposalFacts', () => {
  it('names the transforms of IKE', () =>
    expect(v2('0000002c 01 01 00 04 0300000c 0100000c 800e0100 03000008 02000005 03000008 0300000c 00000008 04000013')).toEqual([
      {
        number: 1,
        protocol: 'IKE',
        spi: '',
        transforms: [
          { type: 'ENCR', name: 'AES_CBC_256', id: 12, keyLength: 256 },
          { type: 'PRF', name: 'PRF_HMAC_SHA2_256', id: 5 },
          { type: 'INTEG', name: 'AUTH_HMAC_SHA2_256_128', id: 12 },
          { type: 'KE', name: 'ECP_256', id: 19 },
        ],
      },
    ]));

  it('keeps numbers nobody knows', () =>
    expect(v2('00000014 01 c8 04 01 aabbccdd 00000008 f1000063')).toEqual([
      { number: 1, protocol: 'unknown (200)', spi: '0xaabbccdd', transforms: [{ type: 'unknown (241)', name: 'unknown (99)', id: 99 }] },
    ]));
});

describe('proposalFactsV1', () => {
  it('makes one entry of each transform of phase 1', () =>
    expect(
      v1(
        '00000001 00000001 00000054 00 01 00 02 03000028 01 01 0000 80010007 800e0080 80020002 80030001 80040002 800b0001 000c0004 00015180 00000024 02 01 0000 80010005 80020001 80030003 80040005 800b0001 000c0004 00007080',
      ),
    ).toEqual([
      {
        number: 1,
        protocol: 'IKE',
        spi: '',
        transforms: [
          { type: 'ENCR', name: 'AES_CBC_128', id: 7, keyLength: 128 },
          { type: 'HASH', name: 'SHA', id: 2 },
          { type: 'AUTH', name: 'PSK', id: 1 },
          { type: 'GROUP', name: 'MODP_1024', id: 2 },
          { type: 'LIFE', name: '86400 s', id: 1 },
        ],
      },
      {
        number: 2,
        protocol: 'IKE',
        spi: '',
        transforms: [
          { type: 'ENCR', name: '3DES_CBC', id: 5 },
          { type: 'HASH', name: 'MD5', id: 1 },
          { type: 'AUTH', name: 'RSA_SIG', id: 3 },
          { type: 'GROUP', name: 'MODP_1536', id: 5 },
          { type: 'LIFE', name: '28800 s', id: 1 },
        ],
      },
    ]));

  it('shows a group of its own and a transform that is not KEY_IKE', () =>
    expect(v1('00000001 00000001 00000018 00 01 00 01 00000010 01 09 0000 80010005 80050001')[0]?.transforms).toEqual([
      { type: 'TRANSFORM', name: 'unknown (9)', id: 9 },
      { type: 'ENCR', name: '3DES_CBC', id: 5 },
      { type: 'GROUP_TYPE', name: 'MODP', id: 1 },
    ]));

  it('reads phase 2: ESP, then AH, then IPCOMP by their proposals', () =>
    expect(
      v1(
        '00000001 00000001' +
          '02000030 01 03 04 01 11223344 00000024 01 0c 0000 80060100 80050005 8003000e 80040003 800b0001 80010001 80020e10' +
          '02000018 02 02 04 01 55667788 0000000c 01 05 0000 80040002' +
          '00000016 03 04 02 01 abcd 0000000c 01 02 0000 80040001',
      ),
    ).toEqual([
      {
        number: 1,
        protocol: 'ESP',
        spi: '0x11223344',
        transforms: [
          { type: 'ENCR', name: 'AES_CBC_256', id: 12, keyLength: 256 },
          { type: 'INTEG', name: 'HMAC_SHA2_256', id: 5 },
          { type: 'GROUP', name: 'MODP_2048', id: 14 },
          { type: 'MODE', name: 'UDP_TUNNEL', id: 3 },
          { type: 'SN', name: 'ESN', id: 1 },
          { type: 'LIFE', name: '3600 s', id: 1 },
        ],
      },
      {
        number: 2,
        protocol: 'AH',
        spi: '0x55667788',
        transforms: [
          { type: 'AH', name: 'AH_SHA2_256', id: 5 },
          { type: 'MODE', name: 'TRANSPORT', id: 2 },
        ],
      },
      {
        number: 3,
        protocol: 'IPCOMP',
        spi: '0xabcd',
        transforms: [
          { type: 'COMP', name: 'DEFLATE', id: 2 },
          { type: 'MODE', name: 'TUNNEL', id: 1 },
        ],
      },
    ]));
});
