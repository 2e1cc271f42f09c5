import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { covers, overlaps, parseAddressRange, sizeOf } from '../../../src/wire/ip/address-range.js';

const range = (text: string) => {
  const parsed = parseAddressRange(text);
  if (parsed === undefined) throw new TypeError(text);
  return parsed;
};

describe('parseAddressRange', () => {
  it.each([
    ['10.0.0.1', 4, 0x0a000001n, 0x0a000001n],
    ['10.1.2.3/8', 4, 0x0a000000n, 0x0affffffn],
    ['10.0.0.0/255.255.0.0', 4, 0x0a000000n, 0x0a00ffffn],
    ['0.0.0.0/0', 4, 0n, 0xffffffffn],
    ['10.0.0.1-10.0.0.9', 4, 0x0a000001n, 0x0a000009n],
    ['10.0.0.1 - 10.0.0.9', 4, 0x0a000001n, 0x0a000009n],
    ['::1', 6, 1n, 1n],
    ['2001:db8::/32', 6, 0x20010db8n << 96n, (0x20010db9n << 96n) - 1n],
    ['fe80::1%eth0', 6, (0xfe80n << 112n) | 1n, (0xfe80n << 112n) | 1n],
    ['::/0', 6, 0n, (1n << 128n) - 1n],
  ])('%s', (text, version, low, high) => {
    expect(parseAddressRange(text)).toEqual({ version, low, high });
  });

  it.each([
    '',
    '%any',
    'vpn.example.com',
    '10.0.0',
    '10.0.0.0/33',
    '10.0.0.0/255.0.255.0',
    '10.0.0.9-10.0.0.1',
    '10.0.0.1-::1',
    '::/129',
    '1.2.3.4/',
    '/8',
  ])('not %s', (text) => {
    expect(parseAddressRange(text)).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'0123456789./:-%abf') })), (text) => {
        const parsed = parseAddressRange(text);
        expect(parsed === undefined || parsed.low <= parsed.high).toBe(true);
      }),
    );
  });
});

it('covers, overlaps, sizeOf', () => {
  expect(covers(range('10.0.0.0/8'), range('10.2.0.0/16'))).toBe(true);
  expect(covers(range('10.2.0.0/16'), range('10.0.0.0/8'))).toBe(false);
  expect(covers(range('0.0.0.0/0'), range('::1'))).toBe(false);
  expect(overlaps(range('10.0.0.0-10.0.0.9'), range('10.0.0.9-10.0.0.12'))).toBe(true);
  expect(overlaps(range('10.0.0.0/24'), range('10.0.1.0/24'))).toBe(false);
  expect(sizeOf(range('10.0.0.0/24'))).toBe(256n);
});
