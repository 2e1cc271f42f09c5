import { check } from '../../src/checks/bin-sh.js';
import { FakeHost } from '../../src/host/fake.js';
import { checkCases } from '../support/check-cases.js';
import { healthyHost } from '../support/healthy-host.js';

const openswan = { 'ipsec --version': 'Linux Openswan U2.6.37/K2.6.32 (netkey)\n' };

checkCases(check, [
  { name: 'dash, with a stack of today', host: healthyHost({ links: { '/bin/sh': 'dash' } }), status: 'pass' },
  {
    name: 'dash, with Openswan',
    host: healthyHost({ links: { '/bin/sh': 'dash' }, commands: openswan }),
    status: 'warn',
    codes: ['host/bin-sh'],
    says: [/2\.6\.37/],
  },
  { name: 'bash, with Openswan', host: healthyHost({ links: { '/bin/sh': 'bash' }, commands: openswan }), status: 'pass' },
  { name: 'not to be seen', host: new FakeHost(), status: 'unknown' },
]);
