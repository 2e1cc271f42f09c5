import { check } from '../../src/checks/installed-stacks.js';
import { FakeHost } from '../../src/host/fake.js';
import { checkCases } from '../support/check-cases.js';
import { connection, openvpnServer } from '../support/configured-facts.js';
import { healthyHost } from '../support/healthy-host.js';

const unread = [{ path: '/etc/swanctl/swanctl.conf', role: 'swanctl.conf', unread: { reason: 'denied', message: 'denied' } }] as const;

checkCases(check, [
  {
    name: 'names what is there',
    host: healthyHost(),
    configured: { connections: [connection()] },
    status: 'pass',
    says: [/strongSwan/, /5\.9\.8/, /swanctl/],
  },
  { name: 'nothing installed, nothing configured', host: new FakeHost(), configured: {}, status: 'skip' },
  {
    name: 'a connection and nobody to serve it',
    host: new FakeHost(),
    configured: { connections: [connection()] },
    status: 'fail',
    codes: ['host/installed-stacks-missing'],
    says: [/net-net/, /swanctl\.conf/],
  },
  {
    name: 'IPsec is there, OpenVPN is not',
    host: healthyHost(),
    configured: { openvpn: [openvpnServer()] },
    status: ['pass', 'fail'],
    codes: ['host/installed-stacks-missing'],
    says: [/apt-get install openvpn/],
  },
  {
    name: 'with --stack, that one alone',
    host: healthyHost(),
    options: { stack: 'libreswan' },
    configured: { connections: [connection()] },
    status: 'skip',
  },
  { name: 'unread files accuse nobody', host: new FakeHost(), configured: { files: unread }, status: 'unknown', says: [/denied/] },
]);
