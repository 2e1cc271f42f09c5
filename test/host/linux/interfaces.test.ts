import { expect, test } from 'vitest';
import { FakeHost } from '../../../src/host/fake.js';
import { parseInterfaces, readInterfaces } from '../../../src/host/linux/interfaces.js';
import { ipv6Text, matchLocals, parseIfInet6, parseLocals } from '../../../src/host/linux/sys-interfaces.js';

test('ip -d -j addr', () => {
  const list = [
    {
      ifindex: 7,
      ifname: 'ipsec0',
      flags: ['NOARP', 'UP', 'LOWER_UP'],
      mtu: 1400,
      master: 'br0',
      linkinfo: { info_kind: 'xfrm', info_data: { if_id: '0x2a' } },
      addr_info: [
        { family: 'inet', local: '10.1.0.1', address: '10.1.0.2', prefixlen: 32, scope: 'global' },
        { family: 'inet6', local: 'fe80::1', prefixlen: 64, scope: 'link' },
        { family: 'mpls', local: 'x' },
      ],
    },
    { nothing: true },
  ];
  expect(parseInterfaces(list)).toEqual([
    {
      index: 7,
      name: 'ipsec0',
      up: true,
      loopback: false,
      mtu: 1400,
      flags: ['NOARP', 'UP', 'LOWER_UP'],
      kind: 'xfrm',
      master: 'br0',
      ifId: 42,
      addresses: [
        { family: 'ipv4', address: '10.1.0.1', prefix: 32, scope: 'global', peer: '10.1.0.2' },
        { family: 'ipv6', address: 'fe80::1', prefix: 64, scope: 'link' },
      ],
    },
  ]);
});

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

test.each([
  ['00000000000000000000000000000000', '::'],
  ['00000000000000000000000000000001', '::1'],
  ['20010db8000000000000000000000001', '2001:db8::1'],
  ['20010db8000100000000000000000000', '2001:db8:1::'],
  ['20010db8000000010001000100010001', '2001:db8:0:1:1:1:1:1'],
  ['00010000000000020000000000000003', '1:0:0:2::3'],
  ['0000000000000000ffffffffffffffff', '::ffff:ffff:ffff:ffff'],
  ['20010db8100010101010101010101010', '2001:db8:1000:1010:1010:1010:1010:1010'],
])('%s is %s', (hex, text) => {
  expect(ipv6Text(hex)).toBe(text);
});

test('damaged tables', () => {
  expect(parseIfInet6('xx\n01 02\n')).toEqual([]);
  expect(parseLocals('garbage\n')).toEqual([]);
  expect(matchLocals(['203.0.113.1'], 'garbage\n')).toEqual([]);
});
