import { describe, expect, test } from 'vitest';
import { FakeHost } from '../../../src/host/fake.js';
import { parseSocketTable } from '../../../src/host/linux/proc-sockets.js';
import { parseSs, readSockets } from '../../../src/host/linux/sockets.js';

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

const header = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';

test('tables of /proc/net', () => {
  const text = `${header} 10: 0100000A:01F4 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 4711 2 0\n 11: 0100007F:A000 0100007F:0035 01 00000000:00000000 00:00000000 00000000     0        0 4712 2 0\n`;
  expect(parseSocketTable(text, '07')).toEqual([{ address: '10.0.0.1', port: 500, inode: '4711' }]);
  const v6 = `${header} 1: B80D0120000000000000000001000000:1194 00000000000000000000000000000000:0000 07 0:0 0:0 0 0 0 99 2 0\n`;
  expect(parseSocketTable(v6, '07')).toEqual([{ address: '2001:db8::1', port: 0x1194, inode: '99' }]);
  expect(parseSocketTable('', '07')).toEqual([]);
});

test('without ss: the tables, and owners from open files', async () => {
  const row = (address: string, port: string, inode: number, state = '07') =>
    ` 1: ${address}:${port} 00000000:0000 ${state} 0:0 0:0 0 0 0 ${inode} 2 0\n`;
  const any6 = '0'.repeat(32);
  const host = new FakeHost({
    files: {
      '/proc/net/udp': header + row('00000000', '01F4', 11),
      '/proc/net/udp6': header + row(any6, '01F4', 12) + row(any6, '04AA', 13),
      '/proc/net/tcp': header + row('00000000', '0016', 14, '0A') + row('00000000', '0017', 15, '01'),
      '/proc/70/stat': '70 (charon) S 1',
    },
    links: { '/proc/70/fd/3': 'socket:[11]', '/proc/70/fd/4': 'socket:[12]', '/proc/70/fd/5': '/dev/null', '/proc/71/fd/0': 'pipe:[14]' },
  });
  expect(await readSockets(host)).toEqual({
    ok: true,
    value: [
      { protocol: 'udp', address: '0.0.0.0', port: 500, owners: [{ name: 'charon', pid: 70 }] },
      { protocol: 'udp', address: '::', port: 500, owners: [{ name: 'charon', pid: 70 }] },
      { protocol: 'udp', address: '*', port: 1194 },
      { protocol: 'tcp', address: '0.0.0.0', port: 22 },
    ],
  });
});

test('neither ss nor tables', async () => {
  expect(await readSockets(new FakeHost())).toMatchObject({ ok: false, reason: 'missing' });
});

test('an ss that hangs is not the end', async () => {
  const host = new FakeHost({
    commands: { 'ss -H -l -n -t -u -w -p': { reason: 'timeout' } },
    files: { '/proc/net/udp': header },
  });
  expect(await readSockets(host)).toEqual({ ok: true, value: [] });
});
