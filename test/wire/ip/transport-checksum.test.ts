import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import { transportChecksum } from '../../../src/wire/ip/transport-checksum.js';

describe('the checksum of a message', () => {
  // Of captures: ping of RFC 3602 case 5, TCP SYN of draft-mcgrew-gcm-test-01 case 3.
  it.each([
    [
      1,
      'c0a87b03',
      'c0a87b64',
      '08000ebda70a00008e9c083db95b070008090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637',
    ],
    [6, 'c0a80102', '9389155e', '0a9e008b2dc57ee0000000007002400020bf0000020405b401010402'],
  ])('of protocol %i holds', (protocol, src, dst, hex) => {
    const message = fromHex(hex);
    expect(transportChecksum(fromHex(src), fromHex(dst), protocol, message)).toBe(0);
    const changed = message.map((byte, i) => (i === 5 ? byte ^ 1 : byte));
    expect(transportChecksum(fromHex(src), fromHex(dst), protocol, changed)).not.toBe(0);
  });

  it('of ICMPv6 covers the addresses, that of ICMP does not', () => {
    const message = fromHex('8000000000010001');
    const [a, b] = [new Uint8Array(16).fill(1), new Uint8Array(16).fill(2)];
    expect(transportChecksum(a, b, 58, message)).not.toBe(transportChecksum(a, a, 58, message));
    expect(transportChecksum(a, b, 1, message)).toBe(transportChecksum(a, a, 1, message));
  });
});
