import { check } from '../../src/checks/hwrng.js';
import { FakeHost } from '../../src/host/fake.js';
import { checkCases } from '../support/check-cases.js';
import { healthyHost } from '../support/healthy-host.js';

const kernel = (release: string) => ({ '/proc/sys/kernel/osrelease': `${release}\n` });
const pool = (bits: number) => ({ '/proc/sys/kernel/random/entropy_avail': `${bits}\n` });
const device = { '/dev/hwrng': { kind: 'character-device' as const } };

checkCases(check, [
  { name: 'a kernel of today', host: healthyHost(), status: 'pass' },
  {
    name: 'an old one with rngd',
    host: healthyHost({ files: { ...kernel('2.6.32-754.el6'), '/proc/55/stat': '55 (rngd) S 1 55' }, stats: device }),
    status: 'pass',
    says: [/rngd \(pid 55\)/],
  },
  {
    name: 'an old one without',
    host: healthyHost({ files: kernel('2.6.32-754.el6'), stats: device }),
    status: 'fail',
    codes: ['host/hwrng-unused'],
  },
  {
    name: 'a starved pool',
    host: healthyHost({ files: { ...kernel('4.19.0'), ...pool(40) } }),
    status: 'warn',
    codes: ['host/hwrng-starved'],
    says: [/40 bits/],
  },
  { name: 'a full pool', host: healthyHost({ files: { ...kernel('4.19.0'), ...pool(3000) } }), status: 'pass' },
  { name: 'the pool is not seen', host: healthyHost({ files: kernel('4.19.0') }), status: 'unknown' },
  { name: 'nothing to be seen', host: new FakeHost(), status: 'unknown' },
]);
