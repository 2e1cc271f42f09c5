import { describe, expect, it } from 'vitest';
import { ownOfPool, parsePool } from '../../../src/services/settings/pool.js';

describe('parsePool', () => {
  it.each([
    ['10.99.0.0/24', { first: '10.99.0.2', count: 253 }],
    ['10.99.0.0/30', { first: '10.99.0.2', count: 1 }],
    ['10.99.0.7', { first: '10.99.0.7', count: 1 }],
    ['10.99.0.10-10.99.0.20', { first: '10.99.0.10', count: 11 }],
    ['fd99::/64', { first: 'fd99::2', count: 65_536 }],
  ])('%s', (text, wanted) => expect(parsePool(text)).toEqual(wanted));

  it('refuses what is none', () => expect(() => parsePool('pool1')).toThrow(/no range of addresses/));
});

describe('ownOfPool', () => {
  it.each([
    ['10.99.0.0/24', '10.99.0.1'],
    ['fd99::/64', 'fd99::1'],
    ['10.99.0.0/31', undefined],
    ['10.99.0.10-10.99.0.20', undefined],
    ['10.99.0.7', undefined],
  ])('%s: %s', (text, wanted) => expect(ownOfPool(text)).toBe(wanted));
});
