import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/bytes/errors.js';
import { exactSpi, parseSpiPattern } from '../../../src/dissect/keys/spi-pattern.js';

describe('SPI patterns', () => {
  const rows: readonly (readonly [pattern: string, text: string, fits: readonly number[], not: readonly number[]])[] = [
    ['*', '*', [0, 0xffffffff], []],
    ['10', '0x0000000a', [10], [16]],
    ['0x10', '0x00000010', [16], [10]],
    ['4294967295', '0xffffffff', [0xffffffff], [0x7fffffff]],
    ['0xC1D717E8', '0xc1d717e8', [0xc1d717e8], [0xc1d717e9]],
    ['0xc1d7****', '0xc1d7****', [0xc1d70000, 0xc1d7ffff], [0xc1d80000]],
    ['0x***', '0x00000***', [0xfff, 0], [0x1000]],
    ['0xf*******', '0xf*******', [0xf0000000, 0xffffffff], [0xefffffff]],
  ];
  for (const [pattern, text, fits, not] of rows) {
    it(pattern, () => {
      const parsed = parseSpiPattern(pattern);
      expect(parsed.text).toBe(text);
      for (const spi of fits) expect(parsed.matches(spi)).toBe(true);
      for (const spi of not) expect(parsed.matches(spi)).toBe(false);
    });
  }
  for (const wrong of ['', '0x', 'c1d717e8', '0x123456789', '4294967296', '-1', '0x12g4']) {
    it(`refuses "${wrong}"`, () => expect(() => parseSpiPattern(wrong)).toThrow(UsageError));
  }
  it('prints an exact one with eight digits', () => expect(exactSpi(7).text).toBe('0x00000007'));
});
