import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import { configurationLine, configurationText } from '../../../src/wire/ike/configuration-text.js';

describe('configurationText', () => {
  it.each([
    [2, 1, '0a030a01', 'INTERNAL_IP4_ADDRESS', '10.3.10.1'],
    [2, 1, '', 'INTERNAL_IP4_ADDRESS', ''],
    [2, 8, '20010db800000000000000000000000140', 'INTERNAL_IP6_ADDRESS', '2001:db8::1/64'],
    [1, 8, '20010db8000000000000000000000001', 'INTERNAL_IP6_ADDRESS', '2001:db8::1'],
    [2, 8, '20010db8', 'INTERNAL_IP6_ADDRESS', '0x20010db8'],
    [2, 13, '0a010000ffff0000', 'INTERNAL_IP4_SUBNET', '10.1.0.0/16'],
    [2, 13, '0a0100', 'INTERNAL_IP4_SUBNET', '0x0a0100'],
    [2, 7, '6d6f6f6e1b', 'APPLICATION_VERSION', 'moon\\x1b'],
    [2, 5, '00000e10', 'INTERNAL_ADDRESS_EXPIRY', '3600'],
    [2, 14, '0001 8003 0019', 'SUPPORTED_ATTRIBUTES', 'INTERNAL_IP4_ADDRESS, INTERNAL_IP4_DNS, INTERNAL_DNS_DOMAIN'],
    [2, 25, '6578616d706c65', 'INTERNAL_DNS_DOMAIN', 'example'],
    [2, 28676, '0a010000ffff0000000000000000 0a020000ffffff00000000000000', 'UNITY_SPLIT_INCLUDE', '10.1.0.0/16, 10.2.0.0/24'],
    [1, 16521, '626f62', 'XAUTH_USER_NAME', 'bob'],
    [1, 16522, '73656372657421', 'XAUTH_USER_PASSWORD', '[secret, 7 bytes]'],
    [1, 16529, '73', 'XAUTH_ANSWER', '[secret, 1 byte]'],
    [1, 16527, '0001', 'XAUTH_STATUS', 'OK'],
    [1, 20000, '00ff', 'unknown (20000)', '0x00ff'],
    [1, 20000, '6869', 'unknown (20000)', 'hi'],
  ] as const)('v%i attribute %i with %s', (version, type, hex, name, value) =>
    expect(configurationText({ type, value: fromHex(hex) }, version)).toEqual({ name, value }),
  );

  it.each([
    [16520, 0, 'Generic'],
    [16520, 9, 'unknown (9)'],
    [16527, 1, 'OK'],
    [16527, 0, 'FAIL'],
    [28679, 1, '1'],
    [16522, 1234, '[secret]'],
  ])('short form of %i with %i reads %s', (type, value, text) => expect(configurationText({ type, value }, 1).value).toBe(text));

  it('as one text is the name alone where it asks for a value', () => {
    expect(configurationLine({ type: 1, value: fromHex('0a030001') }, 2)).toBe('INTERNAL_IP4_ADDRESS 10.3.0.1');
    expect(configurationLine({ type: 1, value: fromHex('') }, 2)).toBe('INTERNAL_IP4_ADDRESS');
    expect(configurationLine({ type: 16527, value: 1 }, 1)).toBe('XAUTH_STATUS OK');
  });

  it('never throws, and never shows a password', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 32767 }), fc.uint8Array({ maxLength: 60 }), (type, value) => {
        configurationText({ type, value }, 1);
        configurationText({ type, value }, 2);
      }),
      { numRuns: 2000 },
    );
    for (const type of [16522, 16523, 16528, 16529]) {
      for (const version of [1, 2] as const)
        expect(configurationText({ type, value: fromHex('41424344') }, version).value).toBe('[secret, 4 bytes]');
    }
  });
});
