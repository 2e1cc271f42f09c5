import { describe, expect, it } from 'vitest';
import { fromHex } from '../../src/bytes/hex.js';
import { isPrintable, printableText } from '../../src/bytes/printable.js';

describe('printableText', () => {
  it.each([
    ['6d6f6f6e2e6578616d706c65', 'moon.example'],
    ['c3bc', 'ü'],
    ['1b5b324a', '\\x1b[2J'],
    ['6100', 'a\\x00'],
    ['c29b', '\\x9b'],
    ['ff61', '\\xffa'],
    ['e280ae', '\\u202e'],
    ['', ''],
  ])('%s is %s', (hex, text) => expect(printableText(fromHex(hex))).toBe(text));
});

describe('isPrintable', () => {
  it.each([
    ['616263', true],
    ['', false],
    ['6100', false],
    ['c3bc', false],
  ])('%s: %s', (hex, verdict) => expect(isPrintable(fromHex(hex))).toBe(verdict));
});
