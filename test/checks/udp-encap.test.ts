import { check } from '../../src/checks/udp-encap.js';
import { FakeHost } from '../../src/host/fake.js';
import { checkCases } from '../support/check-cases.js';
import { connection, sourced } from '../support/configured-facts.js';
import { healthyHost } from '../support/healthy-host.js';

const old = { '/proc/sys/kernel/osrelease': '4.19.0-27-amd64\n' };
const over6 = connection({
  forceEncapsulation: sourced(true, 12),
  localEnd: { addresses: ['2001:db8::1'] },
  remoteEnd: { addresses: ['2001:db8::2'] },
});

checkCases(check, [
  { name: 'a kernel of today', host: healthyHost(), configured: { connections: [over6] }, status: 'pass' },
  { name: 'an older one, IPv4', host: healthyHost({ files: old }), configured: { connections: [connection()] }, status: ['pass', 'skip'] },
  {
    name: 'an older one, IPv6 forced',
    host: healthyHost({ files: old }),
    configured: { connections: [over6] },
    status: ['pass', 'fail'],
    codes: ['host/udp-encap'],
    says: [/4\.19/, /"line":12/],
  },
  {
    name: 'no XFRM to be seen',
    host: healthyHost({ files: { '/proc/sys/net/core/xfrm_acq_expires': undefined } }),
    configured: {},
    status: 'unknown',
  },
  { name: 'nothing to be seen', host: new FakeHost(), configured: {}, status: 'unknown' },
]);
