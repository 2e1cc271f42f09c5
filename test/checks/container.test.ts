import { check } from '../../src/checks/container.js';
import { FakeHost } from '../../src/host/fake.js';
import { checkCases } from '../support/check-cases.js';
import { healthyHost } from '../support/healthy-host.js';

checkCases(check, [
  { name: 'none', host: healthyHost(), status: 'pass', says: ['"detail":"no"'] },
  {
    name: 'a container',
    host: new FakeHost({ files: { '/.dockerenv': '' } }),
    status: 'pass',
    says: [/docker: modules and some settings/],
  },
  { name: 'cannot be told', host: new FakeHost(), status: 'unknown' },
]);
