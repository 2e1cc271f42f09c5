import { expect, test } from 'vitest';
import { FakeHost } from '../../../src/host/fake.js';
import { readSockets } from '../../../src/host/linux/read-sockets.js';

const header = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';

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
