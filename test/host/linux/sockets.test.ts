import { describe, expect, test } from 'vitest';
import { parseSs } from '../../../src/host/linux/sockets.js';

describe('ss', () => {
  test.each([
    [
      'udp   UNCONN 0      0            0.0.0.0:500       0.0.0.0:*    users:(("charon",pid=70,fd=10))',
      { protocol: 'udp', address: '0.0.0.0', port: 500, owners: [{ name: 'charon', pid: 70 }] },
    ],
    ['udp UNCONN 0 0 [::]:4500 [::]:* ', { protocol: 'udp', address: '::', port: 4500 }],
    ['udp UNCONN 0 0 *:1194 *:*', { protocol: 'udp', address: '*', port: 1194 }],
    ['tcp LISTEN 0 128 [2001:db8::1]:443 [::]:*', { protocol: 'tcp', address: '2001:db8::1', port: 443 }],
    ['udp UNCONN 0 0 10.0.0.1%eth0.100:500 0.0.0.0:*', { protocol: 'udp', address: '10.0.0.1', device: 'eth0.100', port: 500 }],
    ['udp UNCONN 0 0 [fe80::1]%eth0:546 [::]:*', { protocol: 'udp', address: 'fe80::1', device: 'eth0', port: 546 }],
    ['raw UNCONN 0 0 0.0.0.0:esp 0.0.0.0:*', { protocol: 'raw', address: '0.0.0.0', port: 50 }],
    [
      'udp UNCONN 0 0 0.0.0.0:500 0.0.0.0:* users:(("a b",pid=7,fd=1),("a b",pid=7,fd=2),("pluto",pid=9,fd=3))',
      {
        protocol: 'udp',
        address: '0.0.0.0',
        port: 500,
        owners: [
          { name: 'a b', pid: 7 },
          { name: 'pluto', pid: 9 },
        ],
      },
    ],
  ])('%s', (line, expected) => {
    expect(parseSs(`${line}\n`)).toEqual([expected]);
  });

  test.each(['', 'State Recv-Q Send-Q', 'u_str LISTEN 0 0 /run/x 1 * 0', 'udp UNCONN', 'udp UNCONN 0 0 nothing *:*'])(
    '%j is no socket',
    (line) => {
      expect(parseSs(line)).toEqual([]);
    },
  );
});
