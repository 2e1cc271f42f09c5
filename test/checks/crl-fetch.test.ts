import { check } from '../../src/checks/crl-fetch.js';
import { FakeHost } from '../../src/host/fake.js';
import { checkCases } from '../support/check-cases.js';
import { sourced } from '../support/configured-facts.js';
import { healthyHost } from '../support/healthy-host.js';

const setup = (key: string, value: string) => ({
  ipsecConfs: [
    {
      product: 'libreswan' as const,
      files: ['/etc/ipsec.conf'],
      setup: new Map([[key, sourced(value, 3, '/etc/ipsec.conf')]]),
      connections: [],
      remarks: [],
    },
  ],
});

checkCases(check, [
  { name: 'not asked for', host: healthyHost(), configured: setup('crlcheckinterval', '0'), status: 'skip' },
  {
    name: 'libcurl is there',
    host: healthyHost({ files: { '/usr/lib/x86_64-linux-gnu/libcurl.so.4': '' } }),
    configured: setup('crlcheckinterval', '600'),
    status: 'pass',
  },
  {
    name: 'libcurl is not there',
    host: healthyHost({ files: { '/usr/lib64/libc.so.6': '' } }),
    configured: setup('crl-strict', 'yes'),
    status: 'warn',
    codes: ['host/crl-fetch'],
    says: [/crl-strict=yes/, /"line":3/],
  },
  { name: 'no folder to be seen', host: new FakeHost(), configured: setup('crlcheckinterval', '600'), status: 'unknown' },
]);
