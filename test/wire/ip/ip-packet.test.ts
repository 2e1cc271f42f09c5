import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/bytes/errors.js';
import { toHex } from '../../../src/bytes/hex.js';
import { ByteReader } from '../../../src/bytes/reader.js';
import { encodeIpPacket } from '../../../src/wire/ip/ip-packet.js';
import { decodeIpv4, ipv4ChecksumHolds } from '../../../src/wire/ip/ipv4.js';
import { decodeIpv6 } from '../../../src/wire/ip/ipv6.js';

const payload = Uint8Array.of(1, 2, 3);

describe('an IP packet', () => {
  it('of version 4 carries its checksum', () => {
    const packet = encodeIpPacket({
      src: '10.0.0.1',
      dst: '10.0.0.2',
      protocol: 50,
      payload,
      identification: 7,
      dontFragment: true,
      ttl: 9,
      tos: 0xb8,
    });
    expect(ipv4ChecksumHolds(packet.subarray(0, 20))).toBe(true);
    expect(decodeIpv4(new ByteReader(packet))).toMatchObject({
      src: '10.0.0.1',
      dst: '10.0.0.2',
      protocol: 50,
      totalLength: 23,
      identification: 7,
      dontFragment: true,
      ttl: 9,
      tos: 0xb8,
    });
    expect(toHex(packet.subarray(20))).toBe('010203');
    const fragment = encodeIpPacket({ src: '10.0.0.1', dst: '10.0.0.2', protocol: 17, payload, moreFragments: true, fragmentOffset: 1480 });
    expect(decodeIpv4(new ByteReader(fragment))).toMatchObject({ moreFragments: true, fragmentOffset: 1480, dontFragment: false, ttl: 64 });
  });

  it('of version 6 follows from its addresses', () => {
    const packet = encodeIpPacket({ src: '2001:db8::1', dst: '2001:db8::2', protocol: 58, payload, ttl: 255, tos: 4 });
    expect(decodeIpv6(new ByteReader(packet))).toMatchObject({
      src: '2001:db8::1',
      dst: '2001:db8::2',
      nextHeader: 58,
      payloadLength: 3,
      hopLimit: 255,
      trafficClass: 4,
    });
    expect(packet.length).toBe(43);
  });

  it.each([
    ['10.0.0.1', '2001:db8::2'],
    ['2001:db8::1', '10.0.0.2'],
    ['gateway', '10.0.0.2'],
  ])('from %s to %s cannot be', (src, dst) => expect(() => encodeIpPacket({ src, dst, protocol: 1, payload })).toThrow(UsageError));
});
