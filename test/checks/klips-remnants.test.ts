import { check } from '../../src/checks/klips-remnants.js';
import { FakeHost } from '../../src/host/fake.js';
import { checkCases } from '../support/check-cases.js';
import { sourced } from '../support/configured-facts.js';
import { healthyHost } from '../support/healthy-host.js';

const protostack = (value: string) => ({
  ipsecConfs: [
    {
      product: 'openswan' as const,
      files: ['/etc/ipsec.conf'],
      setup: new Map([['protostack', sourced(value, 4, '/etc/ipsec.conf')]]),
      connections: [],
      remarks: [],
    },
  ],
});
const klips = { '/proc/modules': 'ipsec 400000 0 - Live 0x0 (O)\n', '/proc/net/ipsec_eroute': '' };

checkCases(check, [
  { name: 'none', host: healthyHost(), configured: protostack('netkey'), status: 'pass' },
  {
    name: 'asked for and not there',
    host: healthyHost(),
    configured: protostack('klips'),
    status: 'fail',
    codes: ['host/klips-remnants-protostack'],
    says: [/"line":4/],
  },
  { name: 'asked for and there', host: healthyHost({ files: klips }), configured: protostack('klips'), status: 'pass' },
  {
    name: 'there and not asked for',
    host: healthyHost({ files: klips }),
    configured: protostack('netkey'),
    status: 'warn',
    codes: ['host/klips-remnants-loaded'],
    mends: ['rmmod ipsec'],
  },
  { name: 'nothing to be seen', host: new FakeHost(), configured: {}, status: 'unknown' },
]);
