import { expect, test } from 'vitest';
import { ipv6Text, matchLocals, parseIfInet6, parseLocals } from '../../../src/host/linux/sys-interfaces.js';

test.each([
  ['00000000000000000000000000000000', '::'],
  ['00000000000000000000000000000001', '::1'],
  ['20010db8000000000000000000000001', '2001:db8::1'],
  ['20010db8000100000000000000000000', '2001:db8:1::'],
  ['20010db8000000010001000100010001', '2001:db8:0:1:1:1:1:1'],
  ['00010000000000020000000000000003', '1:0:0:2::3'],
  ['0000000000000000ffffffffffffffff', '::ffff:ffff:ffff:ffff'],
  ['20010db8100010101010101010101010', '2001:db8:1000:1010:1010:1010:1010:1010'],
])('%s is %s', (hex, text) => {
  expect(ipv6Text(hex)).toBe(text);
});

test('damaged tables', () => {
  expect(parseIfInet6('xx\n01 02\n')).toEqual([]);
  expect(parseLocals('garbage\n')).toEqual([]);
  expect(matchLocals(['203.0.113.1'], 'garbage\n')).toEqual([]);
});
