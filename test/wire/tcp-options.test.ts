import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.js';
import { mssOption, readMss } from '../../src/wire/tcp-options.js';

describe('the MSS of a SYN', () => {
  it.each([
    ['020405b4', 1460],
    ['0204055001030307', 1360],
    ['0101020405b4', 1460],
    ['0402080a0000000100000000010303070204ffff', 65535],
    ['', undefined],
    ['0000020405b4', undefined],
    ['0402', undefined],
    ['0203', undefined],
    ['02', undefined],
    ['0200', undefined],
    ['0302', undefined],
    ['020305', undefined],
  ])('of %j is %s', (options, mss) => expect(readMss(fromHex(options))).toBe(mss));

  it('is written as it is read', () => {
    expect(toHex(mssOption(1360))).toBe('02040550');
    expect(readMss(mssOption(536))).toBe(536);
  });
});
