import { check } from '../../src/checks/clock-sync.js';
import { FakeHost } from '../../src/host/fake.js';
import { checkCases } from '../support/check-cases.js';
import { connection, openvpnServer } from '../support/configured-facts.js';
import { healthyHost } from '../support/healthy-host.js';

const timedatectl = (synchronised: string) => ({ 'timedatectl show': `Timezone=Etc/UTC\nNTP=yes\nNTPSynchronized=${synchronised}\n` });
const chronyc = (leap: string) => ({ 'chronyc -c tracking': `A29FC801,192.0.2.123,3,1700000000.1,0,0,0,0,0,0,0,0,64.4,${leap}\n` });
const byCertificate = { connections: [connection({ localEnd: { certificate: 'gw.pem' } })] };

checkCases(check, [
  { name: 'timedatectl says yes', host: healthyHost({ commands: timedatectl('yes') }), configured: byCertificate, status: 'pass' },
  {
    name: 'chrony says yes',
    host: healthyHost({ commands: { ...timedatectl('no'), ...chronyc('Normal') } }),
    configured: byCertificate,
    status: 'pass',
  },
  {
    name: 'no, with certificates',
    host: healthyHost({ commands: { ...timedatectl('no'), ...chronyc('Not synchronised') } }),
    configured: byCertificate,
    status: 'warn',
    codes: ['host/clock-sync-unsynchronised'],
    mends: ['timedatectl set-ntp true'],
  },
  {
    name: 'no, OpenVPN',
    host: healthyHost({ commands: timedatectl('no') }),
    configured: { openvpn: [openvpnServer()] },
    status: 'warn',
    codes: ['host/clock-sync-unsynchronised'],
    mends: [/set-ntp/],
  },
  {
    name: 'no, preshared keys',
    host: healthyHost({ commands: timedatectl('no') }),
    configured: { connections: [connection()] },
    status: 'skip',
  },
  {
    name: 'a date long ago',
    host: new FakeHost({ now: new Date('1970-01-03T00:00:00Z') }),
    configured: byCertificate,
    status: 'fail',
    codes: ['host/clock-sync-wrong'],
    says: [/1970-01-03/],
  },
  { name: 'nobody can tell', host: new FakeHost(), configured: byCertificate, status: 'unknown' },
]);
