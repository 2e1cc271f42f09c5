import { check } from '../../src/checks/security-denials.js';
import { FakeHost } from '../../src/host/fake.js';
import { checkCases } from '../support/check-cases.js';
import { healthyHost } from '../support/healthy-host.js';

const enforcing = { '/sys/fs/selinux/enforce': '1' };
const armoured = { '/sys/module/apparmor/parameters/enabled': 'Y\n' };
const journal = (text: string) => ({ 'journalctl -k -b -o short -n 5000 --no-pager': text });
const avc = (rest: string) =>
  `Jan 02 03:00:00 gw kernel: audit: type=1400 audit(1.2:3): avc:  denied  { read } for  pid=9 comm="pluto" name="x.secrets" ${rest}\n`;
const apparmor =
  'Jan 02 03:00:00 gw kernel: audit: type=1400 audit(1.2:3): apparmor="DENIED" operation="open" profile="/usr/lib/ipsec/charon" name="/root/key.pem" pid=9 comm="charon"\n';

checkCases(check, [
  {
    name: 'nothing denied',
    host: healthyHost({ files: armoured, commands: journal('Jan 02 gw kernel: Linux version 6.1\n') }),
    status: 'pass',
    says: [/AppArmor is on/],
  },
  {
    name: 'SELinux denied',
    host: healthyHost({ files: enforcing, commands: journal(avc('scontext=system_u:system_r:ipsec_t:s0 permissive=0')) }),
    status: 'fail',
    codes: ['host/security-denials'],
    says: [/restorecon/, /x\.secrets/],
  },
  {
    name: 'SELinux would have denied',
    host: healthyHost({ files: { '/sys/fs/selinux/enforce': '0' }, commands: journal(avc('permissive=1')) }),
    status: 'warn',
    codes: ['host/security-denials'],
  },
  {
    name: 'AppArmor denied',
    host: healthyHost({ files: armoured, commands: { dmesg: apparmor } }),
    status: 'fail',
    codes: ['host/security-denials'],
    says: [/apparmor_parser/],
  },
  {
    name: 'somebody else was denied',
    host: healthyHost({ files: armoured, commands: journal(apparmor.replaceAll('charon', 'firefox')) }),
    status: 'pass',
  },
  { name: 'neither is active', host: healthyHost(), status: 'skip' },
  {
    name: 'the log is refused',
    host: healthyHost({
      files: enforcing,
      commands: { dmesg: { stderr: 'dmesg: read kernel buffer failed: Operation not permitted\n', status: 1 } },
    }),
    status: 'unknown',
    says: [/Operation not permitted/],
  },
  { name: 'the state is refused', host: new FakeHost({ files: { '/sys/fs/selinux/enforce': { reason: 'denied' } } }), status: 'unknown' },
]);
