import { check } from '../../src/checks/xfrm-acq-expires.js';
import { FakeHost } from '../../src/host/fake.js';
import { checkCases } from '../support/check-cases.js';
import { healthyHost } from '../support/healthy-host.js';

const is = (value: string) => healthyHost({ files: { '/proc/sys/net/core/xfrm_acq_expires': value } });

checkCases(check, [
  { name: 'the default', host: is('30\n'), status: 'pass' },
  { name: "strongSwan's", host: is('165\n'), status: 'pass' },
  { name: 'too short', host: is('3\n'), status: 'warn', codes: ['host/xfrm-acq-expires'], mends: ['net.core.xfrm_acq_expires=30'] },
  { name: 'none', host: is('0\n'), status: 'fail', codes: ['host/xfrm-acq-expires'], mends: [/=30/] },
  { name: 'rubbish', host: is('many\n'), status: 'unknown' },
  { name: 'nothing to be seen', host: new FakeHost(), status: 'unknown' },
]);
