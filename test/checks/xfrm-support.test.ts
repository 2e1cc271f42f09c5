import { check } from '../../src/checks/xfrm-support.js';
import { FakeHost } from '../../src/host/fake.js';
import { checkCases } from '../support/check-cases.js';
import { healthyHost } from '../support/healthy-host.js';

const gone = { '/proc/sys/net/core/xfrm_acq_expires': undefined, '/proc/net/xfrm_stat': undefined };
const beside = { '/proc/sys/net/core/somaxconn': '4096\n' };
const noStates = { 'ip -s xfrm state': undefined };
const release = '/lib/modules/6.1.0-28-amd64';

checkCases(check, [
  { name: 'there', host: healthyHost(), status: ['pass', 'pass'] },
  { name: 'without statistics', host: healthyHost({ files: { '/proc/net/xfrm_stat': undefined } }), status: ['pass', 'pass'] },
  {
    name: 'a kernel without XFRM',
    host: healthyHost({ files: { ...gone, ...beside } }),
    status: 'fail',
    codes: ['host/xfrm-support'],
    says: [/CONFIG_XFRM/],
  },
  { name: 'a container that does not show it', host: healthyHost({ files: { ...gone, ...beside, '/.dockerenv': '' } }), status: 'unknown' },
  { name: 'nothing to be seen', host: new FakeHost(), status: 'unknown' },
  {
    name: 'refused',
    host: healthyHost({ files: { ...gone, '/proc/sys/net/core/xfrm_acq_expires': { reason: 'denied' } } }),
    status: 'unknown',
  },
  {
    name: 'no netlink interface',
    host: healthyHost({
      files: { '/proc/modules': 'esp4 1 0 - Live 0x0\n', [`${release}/modules.dep`]: 'kernel/net/ipv4/esp4.ko:\n' },
      commands: noStates,
    }),
    status: ['pass', 'fail'],
    codes: ['host/xfrm-support-netlink'],
  },
  {
    name: 'modules switched off',
    host: healthyHost({ files: { '/proc/modules': '', '/proc/sys/kernel/modules_disabled': '1\n' }, commands: noStates }),
    status: ['pass', 'fail'],
    codes: ['host/xfrm-support-netlink'],
    says: [/modules_disabled = 1/],
  },
  {
    name: 'the module folder is not there',
    host: healthyHost({
      files: { '/proc/modules': '', [`${release}/modules.dep`]: undefined, [`${release}/modules.builtin`]: undefined },
      commands: noStates,
    }),
    status: ['pass', 'unknown'],
  },
]);
