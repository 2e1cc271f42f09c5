import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/bytes/errors.js';
import { ByteReader } from '../../../src/bytes/reader.js';
import { ByteWriter } from '../../../src/bytes/writer.js';
import {
  addressBytes,
  formatIpv4,
  formatIpv6,
  parseIpv4,
  parseIpv6,
  readIpv6Address,
  writeIpv4Address,
  writeIpv6Address,
} from '../../../src/wire/ip/address.js';

describe('IPv4', () => {
  it.each([
    [0, '0.0.0.0'],
    [0xc0a8010a, '192.168.1.10'],
    [0xffffffff, '255.255.255.255'],
  ])('formats %d', (address, text) => {
    expect(formatIpv4(address)).toBe(text);
    expect(formatIpv4(address)).toBe(text);
    expect(parseIpv4(text)).toBe(address);
  });

  it('keeps addresses that share a place in the table apart', () => {
    for (let i = 0; i < 20_000; i++) expect(formatIpv4(i)).toBe(`0.0.${i >> 8}.${i & 255}`);
  });

  it.each(['', '1.2.3', '1.2.3.4.5', '1.2.3.256', '01.2.3.4', '1.2.3.x', ' 1.2.3.4', '::1'])('refuses "%s"', (text) => {
    expect(parseIpv4(text)).toBeUndefined();
    expect(() => writeIpv4Address(new ByteWriter(), text)).toThrow(UsageError);
  });
});

describe('IPv6', () => {
  // RFC 5952 §4 and §5.
  it.each([
    [0, 0, 0, 0, '::'],
    [0, 0, 0, 1, '::1'],
    [0x20010db8, 0, 0, 1, '2001:db8::1'],
    [0x20010db8, 0, 0x00010000, 1, '2001:db8::1:0:0:1'],
    [0x20010db8, 0x00000001, 0x00010001, 0x00010001, '2001:db8:0:1:1:1:1:1'],
    [0x20010000, 0, 0x00010000, 0, '2001::1:0:0:0'],
    [0x20010db8, 0xaaaabbbb, 0xccccdddd, 0xeeee0000, '2001:db8:aaaa:bbbb:cccc:dddd:eeee:0'],
    [0xfe800000, 0, 0, 0, 'fe80::'],
    [0, 0, 0xffff, 0xc0000201, '::ffff:192.0.2.1'],
  ])('formats %d %d %d %d as %s', (a, b, c, d, text) => {
    expect(formatIpv6(a, b, c, d)).toBe(text);
    expect(formatIpv6(a, b, c, d)).toBe(text);
  });

  it('reads its own spelling back', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constant(0), fc.nat(0xffffffff)), { minLength: 4, maxLength: 4 }),
        ([a = 0, b = 0, c = 0, d = 0]) => {
          const text = formatIpv6(a, b, c, d);
          const writer = new ByteWriter();
          writeIpv6Address(writer, text);
          expect(readIpv6Address(new ByteReader(writer.finish()), 'address')).toBe(text);
          expect(parseIpv6(text)).toEqual([a, b, c, d].flatMap((word) => [word >>> 16, word & 0xffff]));
        },
      ),
    );
  });

  it.each([
    '',
    ':',
    ':::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    '1:2:3:4:5:6:7::8',
    'fe80::1%eth0',
    '12345::',
    '::1.2.3',
    '::g',
    '1.2.3.4',
    '::1.2.3.4:5',
  ])('refuses "%s"', (text) => {
    expect(parseIpv6(text)).toBeUndefined();
    expect(() => writeIpv6Address(new ByteWriter(), text)).toThrow(UsageError);
  });
});

describe('bytes of an address of either family', () => {
  it.each([
    ['192.0.2.1', 4],
    ['2001:db8::1', 16],
  ])('%s has %i', (text, length) => expect(addressBytes(text)).toHaveLength(length));

  it.each(['', 'gw.example.com', '192.0.2.1/24'])('refuses "%s"', (text) => expect(() => addressBytes(text)).toThrow(UsageError));
});
