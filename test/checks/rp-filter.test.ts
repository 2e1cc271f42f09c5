import { check } from '../../src/checks/rp-filter.js';
import { FakeHost } from '../../src/host/fake.js';
import { checkCases } from '../support/check-cases.js';
import { connection, openvpnServer } from '../support/configured-facts.js';
import { healthyHost } from '../support/healthy-host.js';

const conf = (device: string) => `/proc/sys/net/ipv4/conf/${device}/rp_filter`;
const configured = { connections: [connection()] };
const ways = (...routes: object[]) => ({ 'ip -j -4 route show table all': JSON.stringify(routes) });

checkCases(check, [
  { name: 'off', host: healthyHost(), configured, status: 'pass' },
  {
    name: 'loose beats strict',
    host: healthyHost({ files: { [conf('all')]: '1\n', [conf('eth0')]: '2\n' } }),
    configured,
    status: 'pass',
    says: [/loose/],
  },
  { name: 'strict where no tunnel is', host: healthyHost({ files: { [conf('eth1')]: '1\n' } }), configured, status: 'pass' },
  {
    name: 'strict, and answers go the same way',
    host: healthyHost({ files: { [conf('eth0')]: '1\n' } }),
    configured,
    status: 'warn',
    codes: ['host/rp-filter'],
    says: [/net\.ipv4\.conf\.eth0\.rp_filter = 1/],
    mends: ['sysctl -w net.ipv4.conf.eth0.rp_filter=2'],
  },
  {
    name: 'strict, and answers go another way',
    host: healthyHost({
      files: { [conf('all')]: '1\n', '/proc/net/netstat': 'TcpExt: IPReversePathFilter\nTcpExt: 17\n' },
      commands: ways(
        { dst: 'default', gateway: '192.0.2.254', dev: 'eth0', flags: [] },
        { dst: '198.51.100.0/24', gateway: '10.1.0.9', dev: 'eth1', flags: [] },
      ),
    }),
    configured,
    status: 'fail',
    codes: ['host/rp-filter'],
    says: [/the route to it leaves by eth1/, /17 packets dropped/],
    mends: ['eth0.rp_filter=2'],
  },
  {
    name: 'an XFRM interface',
    host: healthyHost({
      files: { [conf('ipsec1')]: '1\n', [conf('all')]: '0\n' },
      commands: {
        'ip -d -j addr': JSON.stringify([
          { ifindex: 5, ifname: 'ipsec1', flags: ['UP'], mtu: 1400, linkinfo: { info_kind: 'xfrm' }, addr_info: [] },
        ]),
      },
    }),
    configured,
    status: 'warn',
    codes: ['host/rp-filter'],
    mends: ['net.ipv4.conf.ipsec1.rp_filter=2'],
  },
  {
    name: 'OpenVPN alone',
    host: healthyHost({ files: { [conf('all')]: '1\n' } }),
    configured: { openvpn: [openvpnServer()] },
    status: 'skip',
  },
  { name: 'no tunnel', host: healthyHost({ files: { [conf('all')]: '1\n' } }), configured: {}, status: 'skip' },
  { name: 'refused', host: healthyHost({ files: { [conf('all')]: { reason: 'denied' } } }), configured, status: 'unknown' },
  { name: 'nothing to be seen', host: new FakeHost(), configured, status: 'unknown' },
]);
