import { expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import { internetChecksum } from '../../../src/wire/ip/checksum.js';
import { ipv4ChecksumHolds } from '../../../src/wire/ip/ipv4.js';

it.each([
  ['', 0xffff],
  // RFC 1071 §3: sums to 0xddf2.
  ['0001 f203 f4f5 f6f7', 0xffff - 0xddf2],
  ['ffff ffff', 0],
  ['01', 0xfeff],
])('over "%s"', (hex, sum) => expect(internetChecksum(fromHex(hex))).toBe(sum));

it('goes on over several parts', () => {
  expect(internetChecksum(fromHex('0001 f203'), fromHex('f4f5 f6f7'))).toBe(internetChecksum(fromHex('0001 f203 f4f5 f6f7')));
});

it('folds what carries over more than once', () => {
  expect(internetChecksum(new Uint8Array(65534).fill(0xff), fromHex('ffff ff'))).toBe(0xff);
});

it('tells a good IPv4 header from one with a bit turned', () => {
  const header = fromHex('4500 0073 0000 4000 4011 b861 c0a8 0001 c0a8 00c7');
  expect(ipv4ChecksumHolds(header)).toBe(true);
  header[1] = 1;
  expect(ipv4ChecksumHolds(header)).toBe(false);
});
