import { check } from '../../src/checks/openvpn-server-network.js';
import { checkCases } from '../support/check-cases.js';
import { healthyHost } from '../support/healthy-host.js';
import { openvpnHost, SERVER } from '../support/openvpn-hosts.js';

const server = (network: string, ...rest: string[]) => [
  ...SERVER.filter((line) => !line.startsWith('server ')),
  `server ${network} 255.255.255.0`,
  ...rest,
];
const addr = (...more: object[]) =>
  JSON.stringify([
    {
      ifindex: 2,
      ifname: 'eth1',
      flags: ['UP'],
      mtu: 1500,
      addr_info: [{ family: 'inet', local: '10.1.0.1', prefixlen: 24, scope: 'global' }],
    },
    ...more,
  ]);
const tun = {
  ifindex: 9,
  ifname: 'vpn',
  flags: ['UP'],
  mtu: 1500,
  linkinfo: { info_kind: 'tun' },
  addr_info: [{ family: 'inet', local: '10.8.0.1', prefixlen: 24, scope: 'global' }],
};

checkCases(check, [
  { name: 'no OpenVPN', host: healthyHost(), status: 'skip' },
  { name: 'a client', host: openvpnHost({ 'client.conf': ['client', 'dev tun', 'remote 198.51.100.1'] }), status: 'skip' },
  { name: 'apart', host: openvpnHost({ 'server.conf': server('10.8.0.0') }), status: 'pass' },
  {
    name: 'its own interface is no conflict',
    host: openvpnHost({ 'server.conf': server('10.8.0.0') }, { commands: { 'ip -d -j addr': addr(tun) } }),
    status: 'pass',
  },
  {
    name: 'the network of an interface',
    host: openvpnHost({ 'server.conf': server('10.1.0.0') }),
    status: 'fail',
    codes: ['host/openvpn-server-network-overlap'],
    says: ['eth1 has 10.1.0.1/24', 'server 10.213.87.0'],
  },
  {
    name: 'the IPv6 network of an interface: another one of IPv6',
    host: openvpnHost(
      { 'server.conf': server('10.8.0.0', 'server-ipv6 fd00:77::/64') },
      {
        commands: {
          'ip -d -j addr': addr({
            ...tun,
            ifname: 'eth2',
            linkinfo: {},
            addr_info: [{ family: 'inet6', local: 'fd00:77::1', prefixlen: 64, scope: 'global' }],
          }),
        },
      },
    ),
    status: ['pass', 'fail'],
    codes: ['host/openvpn-server-network-overlap'],
    says: ['\\nserver-ipv6 fd', 'eth2 has fd00:77::1/64'],
  },
  {
    name: 'a network with a route',
    host: openvpnHost(
      { 'server.conf': server('10.44.3.0') },
      {
        commands: {
          'ip -j -4 route show table all': JSON.stringify([{ dst: '10.44.0.0/16', gateway: '10.1.0.254', dev: 'eth1', flags: [] }]),
        },
      },
    ),
    status: 'fail',
    codes: ['host/openvpn-server-network-overlap'],
    says: ['10.44.0.0/16 is routed via 10.1.0.254'],
  },
  {
    name: 'two servers with one network',
    host: openvpnHost({ 'a.conf': server('10.8.0.0'), 'b.conf': server('10.8.0.0') }),
    status: ['pass', 'warn'],
    codes: ['host/openvpn-server-network-twice'],
  },
  {
    name: 'pushes what half of all homes have',
    host: openvpnHost({ 'server.conf': server('10.8.0.0', 'push "route 192.168.1.0 255.255.255.0"') }),
    status: 'pass',
    says: ['half of all homes'],
  },
  {
    name: 'interfaces that could not be seen',
    host: openvpnHost({ 'server.conf': server('10.8.0.0') }, { commands: { 'ip -d -j addr': { reason: 'timeout' } } }),
    status: 'unknown',
  },
  { name: 'without the right to read', host: openvpnHost({ 'server.conf': { reason: 'denied' } }), status: 'unknown' },
]);
