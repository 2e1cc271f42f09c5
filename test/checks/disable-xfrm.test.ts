import { check } from '../../src/checks/disable-xfrm.js';
import { FakeHost } from '../../src/host/fake.js';
import { checkCases } from '../support/check-cases.js';
import { connection } from '../support/configured-facts.js';
import { healthyHost } from '../support/healthy-host.js';

const conf = (device: string) => `/proc/sys/net/ipv4/conf/${device}/disable_xfrm`;
const configured = { connections: [connection()] };

checkCases(check, [
  { name: 'off', host: healthyHost(), configured, status: 'pass' },
  {
    name: 'on for the way to the peer',
    host: healthyHost({ files: { [conf('eth0')]: '1\n' } }),
    configured,
    status: 'fail',
    codes: ['host/disable-xfrm'],
    mends: ['sysctl -w net.ipv4.conf.eth0.disable_xfrm=0'],
  },
  {
    name: 'on for all',
    host: healthyHost({ files: { [conf('all')]: '1\n' } }),
    configured,
    status: 'fail',
    codes: ['host/disable-xfrm'],
    mends: ['net.ipv4.conf.all.disable_xfrm=0'],
  },
  { name: 'on where no peer is', host: healthyHost({ files: { [conf('eth1')]: '1\n' } }), configured, status: 'pass' },
  { name: 'no connection', host: healthyHost({ files: { [conf('all')]: '1\n' } }), configured: {}, status: 'skip' },
  { name: 'refused', host: healthyHost({ files: { [conf('eth0')]: { reason: 'denied' } } }), configured, status: 'unknown' },
  { name: 'nothing to be seen', host: new FakeHost(), configured, status: 'unknown' },
]);
