import { describe, expect, it } from 'vitest';
import { cidrOf } from '../../../src/config/openvpn/cidr.js';

describe('cidrOf', () => {
  it.each([
    ['10.8.0.0', '255.255.255.0', '10.8.0.0/24'],
    ['10.8.0.1', undefined, '10.8.0.1/32'],
    ['10.8.0.1', 'default', '10.8.0.1/32'],
    ['0.0.0.0', '0.0.0.0', '0.0.0.0/0'],
    ['10.8.0.0', '255.0.255.0', undefined],
    ['fd00::/64', undefined, 'fd00::/64'],
    ['fd00::/129', undefined, undefined],
    ['vpn_gateway', undefined, undefined],
    [undefined, undefined, undefined],
  ])('%s %s', (address, mask, expected) => {
    expect(cidrOf(address, mask)).toBe(expected);
  });
});
