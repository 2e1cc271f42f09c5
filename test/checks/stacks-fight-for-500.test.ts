import { check } from '../../src/checks/stacks-fight-for-500.js';
import { FakeHost } from '../../src/host/fake.js';
import { checkCases } from '../support/check-cases.js';
import { healthyHost } from '../support/healthy-host.js';

const racoon = { '/usr/sbin/racoon': '', '/proc/800/stat': '800 (racoon) S 1 800 800 0 -1 0\n', '/proc/800/cmdline': 'racoon\0' };
const ss = (charon: string, other: string) =>
  [
    `udp UNCONN 0 0 ${charon}:500 0.0.0.0:* users:(("charon-systemd",pid=700,fd=10))`,
    `udp UNCONN 0 0 ${other}:500 0.0.0.0:* users:(("racoon",pid=800,fd=5))`,
  ].join('\n');

checkCases(check, [
  { name: 'one runs', host: healthyHost(), status: 'pass', says: [/strongSwan/] },
  { name: 'none runs', host: healthyHost({ files: { '/proc/700/stat': undefined } }), status: 'skip' },
  {
    name: 'two run',
    host: healthyHost({ files: racoon }),
    status: 'fail',
    codes: ['host/stacks-fight-for-500'],
    says: [/pid 700/, /pid 800/, /systemctl disable --now strongswan/],
  },
  {
    name: 'two on addresses of their own',
    host: healthyHost({ files: racoon, commands: { 'ss -H -l -n -t -u -w -p': ss('192.0.2.1', '192.0.2.9') } }),
    status: 'pass',
  },
  {
    name: 'two, one of which takes all addresses',
    host: healthyHost({ files: racoon, commands: { 'ss -H -l -n -t -u -w -p': ss('0.0.0.0', '192.0.2.9') } }),
    status: 'fail',
    codes: ['host/stacks-fight-for-500'],
  },
  { name: 'processes cannot be seen', host: new FakeHost({ dirs: { '/proc': { reason: 'denied' } } }), status: 'unknown' },
]);
