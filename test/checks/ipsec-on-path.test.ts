import { check } from '../../src/checks/ipsec-on-path.js';
import { FakeHost } from '../../src/host/fake.js';
import { checkCases } from '../support/check-cases.js';
import { healthyHost } from '../support/healthy-host.js';

checkCases(check, [
  {
    name: 'libreswan',
    host: healthyHost({ commands: { 'ipsec --version': 'Linux Libreswan 4.10 (XFRM) on 6.1.0\n' } }),
    status: 'pass',
    says: [/4\.10/],
  },
  {
    name: 'another program',
    host: healthyHost({ commands: { 'ipsec --version': { stderr: 'usage: ipsec file\n', status: 2 } } }),
    status: 'fail',
    codes: ['host/ipsec-on-path-foreign'],
  },
  { name: 'strongSwan through swanctl', host: healthyHost(), status: 'skip', says: [/swanctl is its command/] },
  {
    name: 'pluto runs, its ipsec is gone',
    host: new FakeHost({
      files: { '/proc/900/stat': '900 (pluto) S 1 900', '/proc/900/cmdline': '/usr/libexec/ipsec/pluto\0', '/usr/libexec/ipsec/pluto': '' },
    }),
    status: 'fail',
    codes: ['host/ipsec-on-path-missing'],
  },
  { name: 'it hangs', host: healthyHost({ commands: { 'ipsec --version': { reason: 'timeout' } } }), status: 'unknown', says: [/timeout/] },
  { name: 'nothing at all', host: new FakeHost(), status: 'skip' },
]);
