import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../src/bytes/errors.js';
import { fromHex, toHex } from '../../src/bytes/hex.js';
import { ahCoverage } from '../../src/wire/ah-coverage.js';

const ah = '0404000000000001000000010102030405060708090a0b0c';
const v4 = `45b80030123440004033abcd0a0000010a000002${ah}aabbccdd`;
const v6 = `6b8fffff001c3340${'20010db8'.padEnd(32, '0')}${'20010db9'.padEnd(32, '0')}${ah}aabbccdd`;

describe('what the ICV of AH covers', () => {
  it.each([
    [v4, `450000301234000000330000${'0a0000010a000002'}${ah}aabbccdd`, 20],
    [v6, `60000000001c3300${'20010db8'.padEnd(32, '0')}${'20010db9'.padEnd(32, '0')}${ah}aabbccdd`, 40],
  ])('leaves out what routers change', (packet, covered, ahAt) => {
    // A Buffer, as sockets give it: its slices would be no copies.
    const bytes = Buffer.from(packet, 'hex');
    const coverage = ahCoverage(bytes);
    expect(toHex(coverage.covered)).toBe(covered);
    expect(coverage.ahAt).toBe(ahAt);
    expect(bytes.toString('hex')).toBe(packet);
  });

  it.each([
    ['25000014', /neither 4 nor 6/],
    [v4.replace('4033', '4032'), /50, AH is 51/],
    [v6.replace('3340', '3240'), /50, AH is 51/],
    [v4.slice(0, 60), /Total Length/],
  ])('refuses %s', (packet, reason) => {
    expect(() => ahCoverage(fromHex(packet))).toThrow(DecodeError);
    expect(() => ahCoverage(fromHex(packet))).toThrow(reason);
  });
});
