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
  { name: 'off, and the tunnel is IPv4', host: healthyHost({ files: off }), configured: { connections: [connection()] }, status: 'skip' },
  { name: 'nothing to be seen', host: new FakeHost(), configured, status: 'unknown' },
]);
