import { describe, expect, it } from 'vitest';
import { identityWord, keyIdOf } from '../../src/config/identity-words.js';

describe('keyIdOf', () => {
  it.each([
    ['@[west]', 'west'],
    ['@[west', 'west'],
    ['keyid:west', 'west'],
    ['"keyid:two words"', 'two words'],
    ['@#77657374', 'west'],
    ['@#0xff01', '0xff01'],
    ['@#777', '0x777'],
    ['@west', undefined],
    ['west', undefined],
    ['192.0.2.1', undefined],
    ['C=DE, CN=west', undefined],
  ])('%s: %s', (text, expected) => expect(keyIdOf(text)).toBe(expected));
});

describe('identityWord', () => {
  it.each([
    ['@[west]', 'strongswan', 'keyid:west'],
    ['keyid:0xff01', 'strongswan', '@#ff01'],
    ['keyid:west', 'libreswan', '@[west]'],
    ['keyid:west', 'openswan', '@[west]'],
    ['@#ff01', 'libreswan', '@#ff01'],
    ['gw.example.com', 'strongswan', '@gw.example.com'],
    ['@gw', 'libreswan', '@gw'],
    ['192.0.2.1', 'libreswan', '192.0.2.1'],
    ['C=DE, CN=gw', 'strongswan', 'C=DE, CN=gw'],
  ] as const)('%s for %s: %s', (text, product, expected) => expect(identityWord(text, product)).toBe(expected));
});
