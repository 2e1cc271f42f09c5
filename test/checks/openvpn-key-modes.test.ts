import { check } from '../../src/checks/openvpn-key-modes.js';
import { checkCases } from '../support/check-cases.js';
import { healthyHost } from '../support/healthy-host.js';
import { openvpnHost, SERVER } from '../support/openvpn-hosts.js';

const withKey = (stat: object) =>
  openvpnHost(
    { 'server.conf': [...SERVER, 'key server.key', 'ca ca.crt'] },
    { files: { '/etc/openvpn/server.key': 'k', '/etc/openvpn/ca.crt': 'c' }, stats: { '/etc/openvpn/server.key': stat } },
  );

checkCases(check, [
  { name: 'no OpenVPN', host: healthyHost(), status: 'skip' },
  { name: 'no keys', host: openvpnHost({ 'server.conf': SERVER }), status: 'skip' },
  { name: 'a key for root alone', host: withKey({ mode: 0o600 }), status: 'pass', says: ['1 of 1'] },
  {
    name: 'a key for everybody',
    host: withKey({ mode: 0o644 }),
    status: 'fail',
    codes: ['host/openvpn-key-modes'],
    says: ['/etc/openvpn/server.key'],
    mends: ['chmod 0600 /etc/openvpn/server.key'],
  },
  {
    name: 'a key for a group',
    host: withKey({ mode: 0o640, gid: 50 }),
    status: 'warn',
    codes: ['host/openvpn-key-modes'],
    mends: ['chmod'],
  },
  {
    name: 'a key within the configuration',
    host: openvpnHost({ 'client.ovpn': ['client', 'dev tun', 'remote 198.51.100.1', '<key>', 'x', '</key>'] }),
    status: 'fail',
    codes: ['host/openvpn-key-modes'],
    says: ['/etc/openvpn/client.ovpn'],
    mends: ['chmod 0600'],
  },
  {
    name: 'a file that is not there is no business of this',
    host: openvpnHost({ 'server.conf': [...SERVER, 'key lost.key'] }),
    status: 'skip',
  },
  { name: 'without the right to read', host: openvpnHost({ 'server.conf': { reason: 'denied' } }), status: 'unknown' },
]);
