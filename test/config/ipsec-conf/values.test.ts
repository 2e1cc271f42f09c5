import { describe, expect, it } from 'vitest';
import { faultOfValue, readBoolean, readSeconds } from '../../../src/config/ipsec-conf/values.js';

describe('values', () => {
  it.each([
    ['3600', 3600],
    ['3600s', 3600],
    ['60m', 3600],
    ['8h', 28_800],
    ['1d', 86_400],
    ['1W', 604_800],
    ['1.5h', 5400],
    ['', undefined],
    ['soon', undefined],
    ['-1', undefined],
    ['99999999999999999999', undefined],
  ])('%j is %j seconds', (text, expected) => {
    expect(readSeconds(text)).toBe(expected);
  });

  it.each([
    ['yes', 'strongswan', true],
    ['true', 'strongswan', undefined],
    ['YES', 'strongswan', undefined],
    ['YES', 'libreswan', true],
    ['off', 'openswan', false],
    ['perhaps', 'libreswan', undefined],
  ] as const)('%s of %s is %s', (text, product, expected) => {
    expect(readBoolean(text, product)).toBe(expected);
  });

  it.each([
    ['auto', 'ondemand', 'libreswan', false],
    ['auto', 'ondemand', 'strongswan', true],
    ['type', 'passthrough', 'openswan', false],
    ['type', 'beet', 'libreswan', true],
    ['protostack', 'klips', 'openswan', false],
    ['pfs', '', 'libreswan', false],
    ['toString', 'x', 'libreswan', false],
    ['leftid', 'anything', 'libreswan', false],
  ] as const)('%s=%s of %s', (key, value, product, faulty) => {
    expect(faultOfValue(key, value, product) !== undefined).toBe(faulty);
  });

  it.each([
    ['ikev1', '4.10', true],
    ['ikev2', '3.32', true],
    ['ike', '4.10', false],
    ['ikev1', '5.0', false],
    ['ikev2', undefined, false],
  ])('keyexchange=%s of libreswan %s: the version is a value of it since 5.0', (value, version, faulty) =>
    expect(faultOfValue('keyexchange', value, 'libreswan', version) !== undefined).toBe(faulty),
  );
});
