import { expect, it } from 'vitest';
import { addressRangeOf, numberRangeOf, plainNumber, portNumber } from '../../../../src/host/linux/firewall/nft-value.js';
import { parseAddressRange } from '../../../../src/wire/ip/address-range.js';

it.each([
  [500, 500],
  ['4500', 4500],
  ['isakmp', 500],
  ['ipsec-nat-t', 4500],
  ['no-such-service', undefined],
  ['constructor', undefined],
])('port %s is %s', (value, expected) => expect(portNumber(value)).toBe(expected));

it.each([
  [7, 7],
  ['0x10', 16],
  [-1, 0xffffffff],
  ['seven', undefined],
  [{ set: [7] }, undefined],
])('number %j is %s', (value, expected) => expect(plainNumber(value)).toBe(expected));

it.each([
  [500, '==', { low: 500, high: 500 }],
  ['isakmp', '==', { low: 500, high: 500 }],
  [1024, '<', { low: 0, high: 1023 }],
  [1024, '<=', { low: 0, high: 1024 }],
  [1024, '>', { low: 1025, high: 0xffffffff }],
  [1024, '>=', { low: 1024, high: 0xffffffff }],
  [{ range: [1000, 'ipsec-nat-t'] }, '==', { low: 1000, high: 4500 }],
  [{ range: [1000, 'nobody'] }, '==', undefined],
  [{ concat: [1, 2] }, '==', undefined],
  [null, '==', undefined],
])('%j with %s is %j', (value, op, expected) => expect(numberRangeOf(value, op, portNumber)).toEqual(expected));

it.each([
  ['192.0.2.1', '192.0.2.1/32'],
  [{ prefix: { addr: '10.1.0.0', len: 16 } }, '10.1.0.0/16'],
  [{ range: ['10.1.0.1', '10.1.0.9'] }, '10.1.0.1-10.1.0.9'],
  [{ prefix: { addr: '2001:db8::', len: 32 } }, '2001:db8::/32'],
])('address %j is %s', (value, expected) => expect(addressRangeOf(value)).toEqual(parseAddressRange(expected)));

it.each(['nobody', 7, { prefix: {} }, { range: ['a', 'b'] }, {}])('%j is no address', (value) =>
  expect(addressRangeOf(value)).toBeUndefined(),
);
