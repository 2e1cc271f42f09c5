import { check } from '../../src/checks/disable-policy.js';
import { FakeHost } from '../../src/host/fake.js';
import { checkCases } from '../support/check-cases.js';
import { connection } from '../support/configured-facts.js';
import { healthyHost } from '../support/healthy-host.js';

const conf = (device: string, family = 'ipv4') => `/proc/sys/net/${family}/conf/${device}/disable_policy`;
const configured = { connections: [connection()] };

checkCases(check, [
  { name: 'off', host: healthyHost(), configured, status: 'pass' },
  {
    name: 'on for the way to the peer',
    host: healthyHost({ files: { [conf('eth0')]: '1\n' } }),
    configured,
    status: 'warn',
    codes: ['host/disable-policy'],
    mends: ['sysctl -w net.ipv4.conf.eth0.disable_policy=0'],
  },
  {
    name: 'on for all',
    host: healthyHost({ files: { [conf('all')]: '1\n' } }),
    configured,
    status: 'warn',
    codes: ['host/disable-policy'],
    mends: ['net.ipv4.conf.all.disable_policy=0'],
  },
  {
    name: 'on for the way to a peer of IPv6',
    host: healthyHost({ files: { [conf('all', 'ipv6')]: '1\n', [conf('eth0', 'ipv6')]: '0\n' } }),
    configured: { connections: [connection({ localEnd: { addresses: ['2001:db8:1::2'] }, remoteEnd: { addresses: ['2001:db8:2::2'] } })] },
    status: ['pass', 'warn'],
    codes: ['host/disable-policy-ipv6'],
    says: ['disable_policy (IPv6) on eth0'],
    mends: ['sysctl -w net.ipv6.conf.all.disable_policy=0'],
  },
  { name: 'on where no peer is', host: healthyHost({ files: { [conf('eth1')]: '1\n' } }), configured, status: 'pass' },
  { name: 'no connection', host: healthyHost({ files: { [conf('all')]: '1\n' } }), configured: {}, status: 'skip' },
  { name: 'refused', host: healthyHost({ files: { [conf('eth0')]: { reason: 'denied' } } }), configured, status: 'unknown' },
  { name: 'nothing to be seen', host: new FakeHost(), configured, status: 'unknown' },
]);
