import { expect, it } from 'vitest';
import { AddressPool } from '../../../src/engine/ike/address-pool.js';

const pool = () =>
  new AddressPool([
    { first: '10.9.0.254', count: 3 },
    { first: '2001:db8::ffff', count: 2 },
  ]);

it('gives each address once, over the end of a byte, and takes them back', () => {
  const addresses = pool();
  expect([1, 2, 3, 4].map((owner) => addresses.lease(owner, 4))).toEqual(['10.9.0.254', '10.9.0.255', '10.9.1.0', undefined]);
  expect([addresses.lease(1, 6), addresses.lease(2, 6)]).toEqual(['2001:db8::ffff', '2001:db8::1:0']);
  addresses.move(2, 7);
  addresses.release(2);
  expect(addresses.lease(5, 4)).toBeUndefined();
  addresses.release(7);
  expect(addresses.lease(5, 4)).toBe('10.9.0.255');
  expect(addresses.size).toBe(4);
});

it('gives the one asked for where it is free and of the pool', () => {
  const addresses = pool();
  expect(addresses.lease(1, 4, Uint8Array.of(10, 9, 1, 0))).toBe('10.9.1.0');
  expect(addresses.lease(2, 4, Uint8Array.of(10, 9, 1, 0))).toBe('10.9.0.254');
  expect(addresses.lease(3, 4, Uint8Array.of(10, 9, 1, 1))).toBe('10.9.0.255');
});

it('gives an owner the address again that it has', () => {
  const addresses = pool();
  expect(addresses.lease(1, 4)).toBe('10.9.0.254');
  expect(addresses.lease(1, 6)).toBe('2001:db8::ffff');
  expect(addresses.lease(1, 4, Uint8Array.of(10, 9, 1, 0))).toBe('10.9.0.254');
  expect(addresses.size).toBe(2);
});

it('without a pool gives nothing', () => {
  expect(new AddressPool().lease(1, 4)).toBeUndefined();
});
