import { check } from '../../src/checks/ipv6-forwarding.js';
import { FakeHost } from '../../src/host/fake.js';
import { checkCases } from '../support/check-cases.js';
import { connection } from '../support/configured-facts.js';
import { healthyHost } from '../support/healthy-host.js';

const configured = { connections: [connection({ localEnd: { subnets: ['2001:db8:1::/64'] } })] };
const off = { '/proc/sys/net/ipv6/conf/all/forwarding': '0\n' };

checkCases(check, [
  { name: 'on', host: healthyHost(), configured, status: 'pass' },
  {
    name: 'off',
    host: healthyHost({ files: off }),
    configured,
    status: 'fail',
    codes: ['host/ipv6-forwarding'],
    mends: ['net.ipv6.conf.all.forwarding=1'],
  },
  {
    name: 'off, and the default route comes from a router: it is to be heard all the same',
    host: healthyHost({
      files: { ...off, '/proc/sys/net/ipv6/conf/eth0/accept_ra': '1\n', '/proc/sys/net/ipv6/conf/eth1/accept_ra': '2\n' },
      commands: {
        'ip -j -6 route show table all': JSON.stringify([
          { dst: 'default', gateway: 'fe80::1', dev: 'eth0', protocol: 'ra', flags: [] },
          { dst: '2001:db8:9::/64', gateway: 'fe80::1', dev: 'eth1', protocol: 'ra', flags: [] },
        ]),
      },
    }),
    configured,
    status: 'fail',
    codes: ['host/ipv6-forwarding'],
    says: [/no longer hears/, /sysctl -w net\.ipv6\.conf\.eth0\.accept_ra=2 net\.ipv6\.conf\.all\.forwarding=1"/],
    mends: ['net.ipv6.conf.eth0.accept_ra=2', /accept_ra = 2/, 'net.ipv6.conf.all.forwarding=1'],
  },
  { name: 'off, and the tunnel is IPv4', host: healthyHost({ files: off }), configured: { connections: [connection()] }, status: 'skip' },
  { name: 'nothing to be seen', host: new FakeHost(), configured, status: 'unknown' },
]);
