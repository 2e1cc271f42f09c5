import { expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import { ByteReader } from '../../../src/bytes/reader.js';
import { decodeIpv6, encodeIpv6 } from '../../../src/wire/ip/ipv6.js';
import { codecContract } from '../../support/codec-contract.js';

codecContract('ipv6', { decode: decodeIpv6, encode: encodeIpv6 }, [
  {
    name: 'ESP',
    hex: '6bbabcde 0048 32 40 20010db8000000000000000000000001 20010db8000000000000000000000002',
    value: {
      kind: 'ipv6',
      trafficClass: 0xbb,
      flowLabel: 0xabcde,
      payloadLength: 72,
      nextHeader: 50,
      hopLimit: 64,
      src: '2001:db8::1',
      dst: '2001:db8::2',
    },
  },
]);

it('refuses IPv4', () => expect(() => decodeIpv6(new ByteReader(fromHex('45000073')))).toThrow(/is 4, not 6/));
