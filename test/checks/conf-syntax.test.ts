import { check } from '../../src/checks/conf-syntax.js';
import { checkCases } from '../support/check-cases.js';
import { healthyHost } from '../support/healthy-host.js';

const good = 'connections {\n  gw {\n    remote_addrs = 198.51.100.1\n  }\n}\n';

checkCases(check, [
  { name: 'nothing configured', host: healthyHost(), status: 'skip' },
  { name: 'in order', host: healthyHost({ files: { '/etc/swanctl/swanctl.conf': good } }), status: 'pass', says: ['swanctl.conf'] },
  {
    name: 'a brace too few',
    host: healthyHost({ files: { '/etc/swanctl/swanctl.conf': 'connections {\n  gw {\n  }\n' } }),
    status: 'fail',
    codes: ['host/conf-syntax'],
    says: ['/etc/swanctl/swanctl.conf:1', 'never closed'],
  },
  {
    name: 'an option of OpenVPN that is missing',
    host: healthyHost({ files: { '/etc/openvpn/server.conf': 'server 10.8.0.0 255.255.255.0\ndh none\ntopology subnet\n' } }),
    status: 'fail',
    codes: ['host/conf-syntax'],
    says: ['no dev', 'dev tun'],
  },
  {
    name: 'without the right to read',
    host: healthyHost({ files: { '/etc/swanctl/swanctl.conf': { reason: 'denied' } } }),
    status: 'unknown',
    says: ['denied'],
  },
  {
    name: 'a binary file beside a good one',
    host: healthyHost({ files: { '/etc/swanctl/swanctl.conf': good, '/etc/openvpn/a.conf': { reason: 'binary' } } }),
    status: ['pass', 'unknown'],
    says: ['binary'],
  },
  {
    name: 'hundreds of faults are twenty lines and the rest',
    host: healthyHost({ files: { '/etc/swanctl/swanctl.conf': '=\n'.repeat(300) } }),
    status: Array(21).fill('fail'),
    codes: Array(20).fill('host/conf-syntax'),
    says: ['280 more'],
  },
  {
    name: 'what belongs to another stack',
    host: healthyHost({ files: { '/etc/swanctl/swanctl.conf': 'connections {\n' } }),
    options: { stack: 'openvpn' },
    status: 'skip',
  },
]);
