import { describe, expect, it } from 'vitest';
import { addressesHere, addressFor, firstAddress, sourceTo } from '../../../src/services/connection/addresses.js';

const sourced = (values: readonly string[]) => values.map((value, i) => ({ value, file: 'ipsec.conf', line: i + 1 }));

describe('addresses of a connection', () => {
  it.each([
    [['%any'], undefined],
    [['0.0.0.0', '::', '10.0.0.0/8', '10.0.0.1-10.0.0.9'], undefined],
    [['%defaultroute', '192.0.2.1'], '192.0.2.1'],
    [['gw.example.com', '192.0.2.1'], 'gw.example.com'],
    [['2001:db8::1'], '2001:db8::1'],
    [[], undefined],
  ])('of %j the first that is one: %s', (values, wanted) => expect(firstAddress(sourced(values))).toBe(wanted));

  it('of this host', () => expect(addressesHere()).toContain('127.0.0.1'));

  it('our own towards a peer', async () => {
    expect(await sourceTo('127.0.0.1')).toBe('127.0.0.1');
    expect(await sourceTo(undefined)).toBeUndefined();
  });

  it('of a name', async () => {
    expect(await addressFor('192.0.2.1')).toBe('192.0.2.1');
    expect(await addressFor('no-such-host.invalid')).toBeUndefined();
  });
});
