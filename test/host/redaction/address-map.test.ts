import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AddressMap, ipv4Number } from '../../../src/host/redaction/address-map.js';

const octet = fc.integer({ min: 0, max: 255 });
const ipv4 = fc.tuple(octet, octet, octet, octet).map((parts) => parts.join('.'));
const commonBits = (a: string, b: string) => Math.clz32(ipv4Number(a) ^ ipv4Number(b));
const isPrivate = (address: string) => {
  const [first = 0, second = 0] = address.split('.').map(Number);
  return (
    first === 10 ||
    (first === 172 && second >= 16 && second < 32) ||
    (first === 192 && second === 168) ||
    (first === 100 && second >= 64 && second < 128)
  );
};

describe('IPv4', () => {
  test('two addresses share as many bits as before (from the first octet on)', () => {
    const map = new AddressMap();
    fc.assert(
      fc.property(ipv4, ipv4, (a, b) => {
        const before = commonBits(a, b);
        const after = commonBits(map.replace(a), map.replace(b));
        if (before >= 8) expect(after).toBe(before);
        else expect(after).toBeLessThan(8);
      }),
      { numRuns: 2000 },
    );
  });

  test('neighbours in every subnet', () => {
    const map = new AddressMap();
    const numbers = new Set<string>();
    for (let third = 0; third < 256; third++) for (let last = 0; last < 256; last += 15) numbers.add(map.replace(`10.1.${third}.${last}`));
    expect(numbers.size).toBe(256 * 18);
  });

  test('private stays private, public stays public', () => {
    const map = new AddressMap();
    fc.assert(
      fc.property(ipv4, (address) => isPrivate(map.replace(address)) === isPrivate(address)),
      { numRuns: 5000 },
    );
  });

  test.each([
    '0.0.0.0',
    '127.0.0.1',
    '169.254.1.1',
    '192.0.2.1',
    '198.51.100.1',
    '203.0.113.255',
    '224.0.0.1',
    '255.255.255.0',
    '255.255.255.255',
    'fe80',
    'x',
  ])('%s stays', (address) => {
    expect(new AddressMap().replace(address)).toBe(address);
  });

  test('the last octet stays, a network ends in zeros where it did', () => {
    const map = new AddressMap();
    expect(map.replace('81.2.69.77')).toMatch(/\.77$/);
    expect(map.replacePrefix('10.64.0.0', 10)).toMatch(/^10\.\d+\.0\.0$/);
    expect(map.replacePrefix('10.1.2.3', 16)).toBe(map.replace('10.1.2.3'));
    const network = map.replacePrefix('10.1.0.0', 16).split('.').slice(0, 2);
    expect(map.replace('10.1.200.9').split('.').slice(0, 2)).toEqual(network);
  });

  test('none stands for itself', () => {
    fc.assert(
      fc.property(ipv4, (address) => {
        const first = Number(address.split('.')[0]);
        return (
          first === 0 || first === 127 || first >= 224 || address.startsWith('169.254.') || new AddressMap().replace(address) !== address
        );
      }),
    );
  });

  test('another bundle has others', () => {
    const maps = Array.from({ length: 8 }, () => new AddressMap().replace('81.2.69.77'));
    expect(new Set(maps).size).toBeGreaterThan(1);
  });
});

describe('IPv6', () => {
  test.each(['::', '::1', 'ff02::1', '2001:db8::1'])('%s stays', (address) => {
    expect(new AddressMap().replace(address)).toBe(address);
  });

  test('subnets hold, small interface identifiers stay, others do not', () => {
    const map = new AddressMap();
    const head = (address: string) => address.split(':').slice(0, 4).join(':');
    expect(head(map.replace('2a01:4f8:1:2:aaaa:bbbb:cccc:dddd'))).toBe(head(map.replace('2a01:4f8:1:2:1111:2222:3333:4444')));
    expect(map.replace('2a01:4f8:1:2::15')).toMatch(/::15$/);
    expect(map.replace('fe80::a00:27ff:fe4e:66a1')).toMatch(/^fe80::/);
    expect(map.replace('fe80::a00:27ff:fe4e:66a1')).not.toContain('fe4e:66a1');
    expect(map.replacePrefix('2a01:4f8::', 32)).toMatch(/^[0-9a-f]+:[0-9a-f]+::$/);
  });

  test('equal writings of an address are one', () => {
    const map = new AddressMap();
    expect(map.replace('2A01:04f8:0:0:0:0:0:1')).toBe(map.replace('2a01:4f8::1'));
  });
});

test('hardware addresses', () => {
  const map = new AddressMap();
  expect(map.replaceMac('52:54:00:12:34:56')).toMatch(/^02(:[0-9a-f]{2}){5}$/);
  expect(map.replaceMac('52:54:00:AB:34:56')).toBe(map.replaceMac('52:54:00:ab:34:56'));
  expect(map.replaceMac('ff:ff:ff:ff:ff:ff')).toBe('ff:ff:ff:ff:ff:ff');
});
