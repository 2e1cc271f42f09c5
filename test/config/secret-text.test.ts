import { describe, expect, it } from 'vitest';
import { secretBytes } from '../../src/config/secret-text.js';

describe('secretBytes', () => {
  it.each([
    ['abc', true, 'refuse', 'abc', false],
    ['abc', false, 'plain', 'abc', false],
    ['abc', false, 'refuse', undefined, true],
    ['0x616263', false, 'refuse', 'abc', false],
    ['0X61_62', false, 'refuse', 'ab', false],
    ['0x616263', true, 'refuse', '0x616263', false],
    ['0x61626', false, 'plain', '\x06\x16\x26', true],
    ['0x', false, 'plain', undefined, true],
    ['0sYWJj', false, 'plain', 'abc', false],
    ['0sYWI=', false, 'plain', 'ab', false],
    ['0s!!', false, 'plain', undefined, true],
    ['0tabc', false, 'refuse', 'abc', false],
    ['0tabc', false, 'plain', '0tabc', false],
    ['ä', true, 'plain', '\xc3\xa4', false],
  ] as const)('%s, quoted %s, %s', (text, quoted, unprefixed, expected, faulty) => {
    const { bytes, fault } = secretBytes(text, quoted, unprefixed);
    expect(bytes === undefined ? undefined : Buffer.from(bytes).toString('latin1')).toBe(expected);
    expect(fault !== undefined).toBe(faulty);
    if (text.length > 4) expect(fault ?? '').not.toContain(text);
  });
});
