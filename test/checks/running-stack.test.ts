import { check } from '../../src/checks/running-stack.js';
import { FakeHost } from '../../src/host/fake.js';
import { checkCases } from '../support/check-cases.js';
import { connection, openvpnServer } from '../support/configured-facts.js';
import { healthyHost } from '../support/healthy-host.js';
import { openvpnHost } from '../support/openvpn-hosts.js';

const stopped = { '/proc/700/stat': undefined, '/proc/700/cmdline': undefined };
const otherNamespace = { '/proc/700/ns/net': 'net:[4026532000]' };

checkCases(check, [
  { name: 'runs', host: healthyHost(), configured: { connections: [connection()] }, status: 'pass', says: [/charon-systemd \(pid 700\)/] },
  {
    name: 'does not run, and should',
    host: healthyHost({ files: stopped }),
    configured: { connections: [connection()] },
    status: 'fail',
    codes: ['host/running-stack-stopped'],
    says: [/systemctl enable --now strongswan/, /net-net/],
  },
  {
    name: 'runs in another network namespace only',
    host: healthyHost({ links: otherNamespace }),
    configured: { connections: [connection()] },
    status: 'fail',
    codes: ['host/running-stack-stopped'],
  },
  { name: 'does not run, and need not', host: healthyHost({ files: stopped }), configured: {}, status: 'skip' },
  {
    name: 'a server of OpenVPN that is not started',
    host: healthyHost({ files: { '/usr/sbin/openvpn': '' } }),
    configured: { connections: [connection()], openvpn: [openvpnServer()] },
    status: ['pass', 'warn'],
    codes: ['host/running-stack-stopped'],
    says: [/systemctl enable --now openvpn@server/],
  },
  {
    name: 'a file that no unit of OpenVPN reads is renamed first',
    host: openvpnHost({ 'client/up.ovpn': ['client', 'dev tun', 'remote 198.51.100.1'] }),
    status: ['pass', 'warn'],
    codes: ['host/running-stack-stopped'],
    says: ['mv /etc/openvpn/client/up.ovpn /etc/openvpn/client/up.conf\\nsystemctl enable --now openvpn-client@up'],
  },
  { name: 'nothing is installed', host: new FakeHost({ files: { '/proc/1/stat': '1 (init) S 0' } }), configured: {}, status: 'skip' },
  {
    name: 'processes cannot be seen',
    host: new FakeHost({ dirs: { '/proc': { reason: 'denied' } } }),
    configured: { connections: [connection()] },
    status: 'unknown',
    says: [/denied/],
  },
]);
