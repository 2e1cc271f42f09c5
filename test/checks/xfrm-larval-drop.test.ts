import { check } from '../../src/checks/xfrm-larval-drop.js';
import { FakeHost } from '../../src/host/fake.js';
import { checkCases } from '../support/check-cases.js';
import { healthyHost } from '../support/healthy-host.js';

const path = '/proc/sys/net/core/xfrm_larval_drop';

checkCases(check, [
  { name: '1', host: healthyHost(), status: 'pass' },
  {
    name: '0',
    host: healthyHost({ files: { [path]: '0\n' } }),
    status: 'fail',
    codes: ['host/xfrm-larval-drop'],
    mends: ['sysctl -w net.core.xfrm_larval_drop=1'],
  },
  { name: '0, and no IPsec', host: new FakeHost({ files: { [path]: '0\n' } }), status: 'skip' },
  { name: 'refused', host: healthyHost({ files: { [path]: { reason: 'denied' } } }), status: 'unknown' },
  { name: 'nothing to be seen', host: new FakeHost(), status: 'unknown' },
]);
