import { expect, it } from 'vitest';
import { withPool } from '../../../src/checks/shared/address-pools.js';
import { connection, sourced } from '../../support/configured-facts.js';

const pool = (name: string, addrs?: string) => ({ name, file: '/f', line: 1, ...(addrs !== undefined && { addrs: sourced(addrs) }) });
const POOLS = [pool('p4', '10.88.0.0/24'), pool('p6', 'fd00:88::/64'), pool('dns')];

it.each([
  ['left', 'rightaddresspool', '10.88.0.10-10.88.0.200', '10.88.0.10-10.88.0.200'],
  ['right', 'leftaddresspool', '10.88.0.0/24', '10.88.0.0/24'],
  // Ours: what we get.
  ['left', 'leftaddresspool', '10.88.0.0/24', undefined],
  [undefined, 'pools', 'p4', '10.88.0.0/24'],
  [undefined, 'pools', 'p4, p6', '10.88.0.0/24,fd00:88::/64'],
  [undefined, 'pools', 'radius', undefined],
  [undefined, 'pools', 'dns', undefined],
  [undefined, 'dpd_delay', '30s', undefined],
] as const)('%s is ours, %s = %s: peers get %s', (localSide, key, value, expected) => {
  const served = { ...connection(localSide === undefined ? {} : { localSide }), other: [{ key, value: sourced(value) }] };
  expect(withPool(served, POOLS).remote.sourceIp?.value).toBe(expected);
});

it('leaves what is written as addresses', () => {
  const written = { ...connection({ localSide: 'left' }), other: [{ key: 'rightaddresspool', value: sourced('10.88.0.0/24') }] };
  const given = { ...written, remote: { ...written.remote, sourceIp: sourced('10.9.0.0/24') } };
  expect(withPool(given, POOLS)).toBe(given);
});
