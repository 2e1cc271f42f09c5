import { check } from '../../src/checks/prelink-fips.js';
import { FakeHost } from '../../src/host/fake.js';
import { checkCases } from '../support/check-cases.js';
import { healthyHost } from '../support/healthy-host.js';

const fips = { '/proc/sys/crypto/fips_enabled': '1\n' };

checkCases(check, [
  {
    name: 'FIPS mode is off',
    host: healthyHost({ files: { '/proc/sys/crypto/fips_enabled': '0\n', '/etc/prelink.cache': '' } }),
    status: 'pass',
  },
  { name: 'on, without prelink', host: healthyHost({ files: fips }), status: 'pass' },
  { name: 'on, prelink was never used', host: healthyHost({ files: { ...fips, '/usr/sbin/prelink': '' } }), status: 'pass' },
  {
    name: 'on, and prelinked',
    host: healthyHost({ files: { ...fips, '/usr/sbin/prelink': '', '/etc/prelink.cache': '' } }),
    status: 'fail',
    codes: ['host/prelink-fips'],
  },
  { name: 'the kernel knows no FIPS mode', host: new FakeHost(), status: 'skip' },
  { name: 'refused', host: new FakeHost({ files: { '/proc/sys/crypto/fips_enabled': { reason: 'denied' } } }), status: 'unknown' },
]);
