import { check } from '../../src/checks/tool-ip.js';
import { FakeHost } from '../../src/host/fake.js';
import { checkCases } from '../support/check-cases.js';
import { healthyHost } from '../support/healthy-host.js';

checkCases(check, [
  {
    name: 'iproute2',
    host: healthyHost({ commands: { 'ip -V': 'ip utility, iproute2-6.1.0, libbpf 1.1.0\n' } }),
    status: 'pass',
    says: [/iproute2-6\.1\.0/],
  },
  {
    name: 'BusyBox',
    host: healthyHost({ commands: { 'ip -V': { stderr: 'ip: unrecognized option: V\nBusyBox v1.36.1 multi-call binary.\n', status: 1 } } }),
    status: 'fail',
    codes: ['host/tool-ip-other'],
    says: [/BusyBox/],
  },
  { name: 'missing, and needed', host: healthyHost(), status: 'fail', codes: ['host/tool-ip-missing'] },
  { name: 'missing, and not needed', host: new FakeHost(), status: 'skip' },
  { name: 'it hangs', host: healthyHost({ commands: { 'ip -V': { reason: 'timeout' } } }), status: 'unknown' },
]);
