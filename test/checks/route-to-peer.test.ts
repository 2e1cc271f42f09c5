import { check } from '../../src/checks/route-to-peer.js';
import { checkCases } from '../support/check-cases.js';
import { connection, gateway } from '../support/gateway.js';
import { libreswanHost } from '../support/libreswan-host.js';

const routes = (...list: readonly Readonly<Record<string, unknown>>[]) => ({
  'ip -j -4 route show table all': JSON.stringify(list.map((entry) => ({ flags: [], ...entry }))),
});
const lan = { dst: '10.1.0.0/24', dev: 'eth1', protocol: 'kernel', scope: 'link', prefsrc: '10.1.0.1' };
const uplink = { dst: 'default', gateway: '192.0.2.254', dev: 'eth0' };
/** eth0 with its flags and 192.0.2.1. */
const addresses = (flags: readonly string[]) =>
  JSON.stringify([
    {
      ifindex: 2,
      ifname: 'eth0',
      flags,
      mtu: 1500,
      addr_info: [{ family: 'inet', local: '192.0.2.1', prefixlen: 24, scope: 'global' }],
    },
  ]);
const policyRouting = {
  'ip -j -4 rule': JSON.stringify([
    { priority: 0, src: 'all', table: 'local' },
    { priority: 100, src: '10.1.0.0', srclen: 24, table: '100' },
    { priority: 32766, src: 'all', table: 'main' },
  ]),
};

checkCases(check, [
  { name: 'over the default route', host: gateway(), status: 'pass', says: ['198.51.100.2'] },
  {
    name: 'no route',
    host: gateway({ commands: routes(lan) }),
    status: 'fail',
    codes: ['host/route-to-peer'],
    says: ['no route covers 198.51.100.2'],
  },
  {
    name: 'no route: the interface of our address is down',
    host: gateway({ commands: { ...routes(lan), 'ip -d -j addr': addresses([]) } }),
    status: 'fail',
    codes: ['host/route-to-peer-link-down'],
    says: ['no route to the peer 198.51.100.2: eth0, which has 192.0.2.1, is down', 'ip link set eth0 up\\nthen its routes'],
  },
  {
    name: 'no route: IPv6 is switched off',
    host: gateway({
      swanctl: connection({ local: '2001:db8:1::1', remote: '2001:db8:2::2', localTs: 'fd00:1::/64', remoteTs: 'fd00:2::/64' }),
      files: { '/proc/sys/net/ipv6/conf/eth0/disable_ipv6': '1\n' },
      commands: { ...routes(lan, uplink), 'ip -d -j addr': addresses(['UP']) },
    }),
    status: ['fail', 'fail'],
    codes: ['host/route-to-peer-ipv6-off', 'host/route-to-peer-own-address'],
    says: ['IPv6 is switched off on eth0', 'sysctl -w net.ipv6.conf.eth0.disable_ipv6=0'],
  },
  {
    name: 'refused',
    host: gateway({ commands: routes(uplink, { type: 'unreachable', dst: '198.51.100.0/24', dev: 'lo' }) }),
    status: 'fail',
    codes: ['host/route-to-peer'],
    says: ['refuses what is sent there: unreachable', 'as root:\\nip route del unreachable 198.51.100.0/24'],
  },
  {
    name: 'an address of ours',
    host: gateway({ commands: routes(uplink, { type: 'local', dst: '198.51.100.2', dev: 'eth0', table: 'local' }) }),
    status: 'fail',
    codes: ['host/route-to-peer-ourselves'],
  },
  {
    name: 'over a dead link',
    host: gateway({ commands: routes({ ...uplink, flags: ['linkdown'] }) }),
    status: 'fail',
    codes: ['host/route-to-peer-link-down'],
  },
  {
    name: 'through a tunnel interface',
    host: gateway({
      commands: {
        ...routes(uplink, { dst: '198.51.100.0/24', dev: 'vti0' }),
        'ip -d -j addr': JSON.stringify([
          {
            ifindex: 2,
            ifname: 'eth0',
            flags: ['UP'],
            mtu: 1500,
            addr_info: [{ family: 'inet', local: '192.0.2.1', prefixlen: 24, scope: 'global' }],
          },
          { ifindex: 4, ifname: 'vti0', flags: ['UP'], mtu: 1400, linkinfo: { info_kind: 'vti' }, addr_info: [] },
        ]),
      },
    }),
    status: 'fail',
    codes: ['host/route-to-peer-through-tunnel'],
  },
  {
    name: 'policy routing: the kernel is asked',
    host: gateway({
      commands: {
        ...policyRouting,
        'ip -j route get 198.51.100.2 from 192.0.2.1': JSON.stringify([
          { dst: '198.51.100.2', gateway: '192.0.2.254', dev: 'eth0', prefsrc: '192.0.2.1', flags: [] },
        ]),
      },
    }),
    status: 'pass',
  },
  {
    name: 'policy routing: and refuses',
    host: gateway({
      commands: {
        ...policyRouting,
        'ip -j route get 198.51.100.2 from 192.0.2.1': { stdout: '', stderr: 'RTNETLINK answers: Network is unreachable\n', status: 2 },
      },
    }),
    status: 'fail',
    codes: ['host/route-to-peer'],
    says: ['Network is unreachable'],
  },
  {
    name: 'policy routing: from wherever the daemon likes, the kernel is asked without a source',
    host: gateway({
      swanctl: connection({ local: '%any' }),
      commands: {
        ...policyRouting,
        'ip -j route get 198.51.100.2': JSON.stringify([{ dst: '198.51.100.2', gateway: '192.0.2.254', dev: 'eth0', flags: [] }]),
      },
    }),
    status: 'pass',
  },
  {
    name: 'an address for our end that we do not have',
    host: gateway({ swanctl: connection({ local: '203.0.113.5' }) }),
    status: 'fail',
    codes: ['host/route-to-peer-own-address'],
    says: ['no interface has 203.0.113.5', '192.0.2.1'],
  },
  ...(
    [
      ['neither end is ours', '203.0.113.5', 'fail'],
      ['one is', '192.0.2.1', 'pass'],
      ['any address is ours', '%defaultroute', 'pass'],
    ] as const
  ).map(([name, left, status]) => ({
    name: `ipsec.conf: ${name}`,
    host: libreswanHost({ files: { '/etc/ipsec.conf': `conn net-net\n\tleft=${left}\n\tright=198.51.100.2\n\tauto=add\n` } }),
    status,
    ...(status === 'fail' && {
      codes: ['host/route-to-peer-own-address'],
      says: ['neither end of net-net is an address of this host: 203.0.113.5 and 198.51.100.2', 'left=%defaultroute', 'leftid=203.0.113.5'],
    }),
  })),
  {
    name: 'ipsec.conf: the one end is anybody, the other is not ours',
    host: libreswanHost({ files: { '/etc/ipsec.conf': 'conn net-net\n\tleft=%any\n\tright=198.51.100.2\n\tauto=add\n' } }),
    status: 'fail',
    codes: ['host/route-to-peer-own-address'],
    says: [
      'neither end of net-net is an address of this host: %any and 198.51.100.2',
      'where left is this host:\\nleft=%defaultroute',
      'where right is, in place of its address:\\nright=%defaultroute\\nand, where the peer knows us by the former one, rightid=198.51.100.2',
    ],
  },
  { name: 'peers anywhere', host: gateway({ swanctl: connection({ remote: '%any' }) }), status: 'skip' },
  { name: 'no connection', host: gateway({ swanctl: '' }), status: 'skip' },
  { name: 'no ip', host: gateway({ commands: { 'ip -j -4 route show table all': undefined } }), status: 'unknown' },
]);
