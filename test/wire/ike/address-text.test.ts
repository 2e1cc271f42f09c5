import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import { addressText, rangeText, subnetText } from '../../../src/wire/ike/address-text.js';

describe('addressText', () => {
  it.each([
    ['0a010203', '10.1.2.3'],
    ['20010db8000000000000000000000001', '2001:db8::1'],
    ['0a01', '0x0a01'],
    ['', '0x'],
  ])('%s is %s', (hex, text) => expect(addressText(fromHex(hex))).toBe(text));
});

describe('rangeText', () => {
  it.each([
    ['0a010000', '0a01ffff', '10.1.0.0/16'],
    ['0a010005', '0a010005', '10.1.0.5/32'],
    ['00000000', 'ffffffff', '0.0.0.0/0'],
    ['0a010005', '0a010009', '10.1.0.5-10.1.0.9'],
    ['0a010001', '0a0100ff', '10.1.0.1-10.1.0.255'],
    ['0a010009', '0a010005', '10.1.0.9-10.1.0.5'],
    ['20010db8000000000000000000000000', '20010db8ffffffffffffffffffffffff', '2001:db8::/32'],
    ['0a01', '0a010000', '0x0a01-10.1.0.0'],
    ['', '', '0x-0x'],
  ])('%s to %s is %s', (start, end, text) => expect(rangeText(fromHex(start), fromHex(end))).toBe(text));
});

describe('subnetText', () => {
  it.each([
    ['0a010000', 'ffff0000', '10.1.0.0/16'],
    ['0a010000', 'ffffffff', '10.1.0.0/32'],
    ['0a010000', '00000000', '10.1.0.0/0'],
    ['0a010000', 'ff00ff00', '10.1.0.0/255.0.255.0'],
  ])('%s with %s is %s', (network, mask, text) => expect(subnetText(fromHex(network), fromHex(mask))).toBe(text));
});
