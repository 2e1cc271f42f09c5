import { expect, test } from 'vitest';
import { parseInterfaces } from '../../../src/host/linux/interfaces.js';

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
