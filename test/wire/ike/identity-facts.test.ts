import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import { identityFacts, identityFactsV1 } from '../../../src/wire/ike/identity-facts.js';

describe('identityFacts', () => {
  it.each([
    [1, 'c0000201', 'ID_IPV4_ADDR', '192.0.2.1'],
    [2, '676f6f64', 'ID_FQDN', 'good'],
    [2, '671b', 'ID_FQDN', 'g\\x1b'],
    [3, '614062', 'ID_RFC822_ADDR', 'a@b'],
    [5, '20010db8000000000000000000000001', 'ID_IPV6_ADDR', '2001:db8::1'],
    [9, '300d310b300906035504030c026777', 'ID_DER_ASN1_DN', 'CN=gw'],
    [11, '67726f7570', 'ID_KEY_ID', 'group'],
    [11, '00ff', 'ID_KEY_ID', '0x00ff'],
    [13, '', 'ID_NULL', ''],
    [99, '61', 'unknown (99)', 'a'],
  ])('type %i %s', (type, hex, name, value) => expect(identityFacts({ type, data: fromHex(hex) })).toEqual({ type: name, value }));
});

describe('identityFactsV1', () => {
  it.each([
    [3, '614062', 'ID_USER_FQDN', 'a@b'],
    [4, '0a010000ffff0000', 'ID_IPV4_ADDR_SUBNET', '10.1.0.0/16'],
    [7, '0a0100050a010009', 'ID_IPV4_ADDR_RANGE', '10.1.0.5-10.1.0.9'],
    [6, `${'20010db8'.padEnd(32, '0')}${'ffffffff'.padEnd(32, '0')}`, 'ID_IPV6_ADDR_SUBNET', '2001:db8::/32'],
  ])('type %i %s', (type, hex, name, value) =>
    expect(identityFactsV1({ type, protocol: 0, port: 0, data: fromHex(hex) })).toEqual({ type: name, value }),
  );
});
