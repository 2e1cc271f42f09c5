import { describe, expect, it } from 'vitest';
import {
  contains,
  formatNetwork,
  isWithin,
  maskOf,
  networksOfRange,
  parseNetwork,
  prefixOfMask,
  sameNetwork,
} from '../../../src/wire/ip/network.js';

const network = (text: string) => {
  const found = parseNetwork(text);
  if (found === undefined) throw new TypeError(text);
  return found;
};

describe('networks', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1/32'],
    ['10.1.2.3/16', '10.1.0.0/16'],
    ['10.1.0.0/255.255.0.0', '10.1.0.0/16'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['255.255.255.255', '255.255.255.255/32'],
    ['2001:db8::1', '2001:db8::1/128'],
    ['2001:db8:0:1::5/32', '2001:db8::/32'],
    ['::/0', '::/0'],
    ['fe80::1/ffc0::', 'fe80::/10'],
  ])('%s is %s', (text, cidr) => expect(formatNetwork(network(text))).toBe(cidr));

  it.each([
    '',
    'gw.example.com',
    '%any',
    '10.0.0.0/33',
    '10.0.0.0/8/8',
    '10.0.0.0/255.0.255.0',
    '::/129',
    '10.0.0',
    '10.0.0.0/-1',
    '::1/255.0.0.0',
    '10.0.0.0/ff00::',
  ])('%s is none', (text) => expect(parseNetwork(text)).toBeUndefined());

  it.each([
    ['255.255.255.0', false, 24],
    ['0.0.0.255', true, 24],
    ['0.0.0.0', true, 32],
    ['255.255.255.255', true, 0],
    ['255.0.255.0', false, undefined],
    ['nonsense', false, undefined],
  ])('the mask %s (wildcard: %s) has %s bits', (mask, wildcard, bits) => expect(prefixOfMask(mask, wildcard)).toBe(bits));

  it.each([
    [0, '0.0.0.0', '255.255.255.255'],
    [20, '255.255.240.0', '0.0.15.255'],
    [32, '255.255.255.255', '0.0.0.0'],
  ])('/%i is %s, turned round %s', (prefix, mask, wildcard) => expect([maskOf(prefix), maskOf(prefix, true)]).toEqual([mask, wildcard]));

  it.each([
    ['10.0.0.0/8', '10.9.0.0/16', true],
    ['10.9.0.0/16', '10.0.0.0/8', false],
    ['10.0.0.0/8', '10.0.0.0/8', true],
    ['0.0.0.0/0', '2001:db8::/32', false],
    ['2001:db8::/32', '2001:db8:1::/48', true],
  ])('%s contains %s: %s', (outer, inner, wanted) => {
    expect(contains(network(outer), network(inner))).toBe(wanted);
    expect(isWithin(inner, outer)).toBe(wanted);
  });

  it('what is no network lies within none', () => {
    expect(isWithin('gateway', '10.0.0.0/8')).toBe(false);
    expect(isWithin('10.0.0.1', '%any')).toBe(false);
  });

  it('tells the same from the like', () => {
    expect(sameNetwork(network('10.0.0.1/24'), network('10.0.0.0/24'))).toBe(true);
    expect(sameNetwork(network('10.0.0.0/24'), network('10.0.0.0/25'))).toBe(false);
    expect(sameNetwork(network('0.0.0.0/0'), network('::/0'))).toBe(false);
  });

  it.each([
    [0x0a000000, 0x0a0000ff, ['10.0.0.0/24']],
    [0x0a000001, 0x0a000006, ['10.0.0.1/32', '10.0.0.2/31', '10.0.0.4/31', '10.0.0.6/32']],
    [0, 0xffffffff, ['0.0.0.0/0']],
    [5, 4, []],
  ])('a range is networks', (first, last, wanted) => expect(networksOfRange(first, last).map(formatNetwork)).toEqual(wanted));

  it('is bounded', () => expect(networksOfRange(1, 0xfffffffe, 5)).toHaveLength(5));
});
