import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/bytes/errors.js';
import { fromHex, toHex } from '../../src/bytes/hex.js';
import { AF_INET, AF_INET6, decodeSockaddr, encodeSockaddr, familyOf, SOCKADDR_SIZE } from '../../src/transport/sockaddr.js';

/** struct sockaddr_in and sockaddr_in6 of ip(7) and ipv6(7), family in the order of a little-endian host. */
const rows = [
  ['10.0.0.1', 500, `0200 01f4 0a000001 ${'00'.repeat(8)}`],
  ['2001:db8::1', 4500, `0a00 1194 00000000 20010db8000000000000000000000001 00000000`],
] as const;

describe('socket addresses', () => {
  it.each(rows)('%s port %i', (address, port, hex) => {
    const bytes = fromHex(hex);
    expect(toHex(encodeSockaddr({ address, port }))).toBe(toHex(bytes));
    expect(decodeSockaddr(bytes)).toEqual({ address, port });
    // In a buffer that has room for either kind, as the kernel fills it.
    expect(decodeSockaddr(Buffer.concat([bytes, Buffer.alloc(SOCKADDR_SIZE - bytes.length)]))).toEqual({ address, port });
    for (let length = 0; length < bytes.length; length++) expect(decodeSockaddr(bytes.subarray(0, length))).toBeUndefined();
  });

  it('the interface of a link-local address', () => {
    expect(toHex(encodeSockaddr({ address: 'fe80::1', port: 0 }, 258)).slice(-8)).toBe('02010000');
  });

  it('no address at all', () => {
    expect(decodeSockaddr(new Uint8Array(SOCKADDR_SIZE))).toBeUndefined();
    expect(() => encodeSockaddr({ address: 'vpn.example', port: 1 })).toThrow(UsageError);
    expect([familyOf('::1'), familyOf('127.0.0.1')]).toEqual([AF_INET6, AF_INET]);
  });
});
