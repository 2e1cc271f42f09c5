import { expect, test } from 'vitest';
import { FakeHost } from '../../../src/host/fake.js';
import { readInterfaces } from '../../../src/host/linux/read-interfaces.js';

test.each([
  ['{"a":1}', 'failed'],
  ['no JSON', 'failed'],
])('ip says %j', async (stdout, reason) => {
  expect(await readInterfaces(new FakeHost({ commands: { 'ip -d -j addr': stdout } }))).toMatchObject({ ok: false, reason });
});

test('ip fails', async () => {
  const host = new FakeHost({ commands: { 'ip -d -j addr': { stderr: 'Cannot open netlink socket', status: 1 } } });
  expect(await readInterfaces(host)).toEqual({ ok: false, reason: 'failed', message: 'ip -d -j addr: Cannot open netlink socket' });
});

test('without ip: /sys and /proc', async () => {
  const host = new FakeHost({
    files: {
      '/sys/class/net/lo/flags': '0x10009\n',
      '/sys/class/net/lo/mtu': '65536\n',
      '/sys/class/net/lo/ifindex': '1\n',
      '/sys/class/net/eth0/flags': '0x11003\n',
      '/sys/class/net/eth0/mtu': '1500\n',
      '/sys/class/net/eth0/ifindex': '2\n',
      '/proc/net/if_inet6':
        'fd000000000000000000000000000002 02 40 00 80     eth0\n00000000000000000000000000000001 01 80 10 80       lo\n',
      '/proc/net/route':
        'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\neth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\neth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\n',
      '/proc/net/fib_trie':
        'Main:\n  +-- 0.0.0.0/0 3 0 5\n     |-- 192.0.2.2\n        /32 host LOCAL\n     |-- 192.0.2.255\n        /32 link BROADCAST\n     |-- 127.0.0.1\n        /32 host LOCAL\n',
    },
  });
  const interfaces = await readInterfaces(host);
  expect(interfaces.ok && interfaces.value).toMatchObject([
    {
      name: 'eth0',
      up: true,
      loopback: false,
      mtu: 1500,
      addresses: [
        { address: 'fd00::2', prefix: 64, scope: 'global' },
        { address: '192.0.2.2', prefix: 24 },
      ],
    },
    {
      name: 'lo',
      loopback: true,
      addresses: [
        { address: '::1', prefix: 128, scope: 'host' },
        { address: '127.0.0.1', prefix: 8 },
      ],
    },
  ]);
});
