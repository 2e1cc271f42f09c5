import { check } from '../../src/checks/openvpn-deprecated.js';
import { checkCases } from '../support/check-cases.js';
import { healthyHost } from '../support/healthy-host.js';
import { openvpnHost, SERVER } from '../support/openvpn-hosts.js';

const release = (version: string) => ({ commands: { 'openvpn --version': `OpenVPN ${version} x86_64-pc-linux-gnu\n` } });
const STATIC = ['dev tun', 'remote 198.51.100.1', 'ifconfig 10.9.0.1 10.9.0.2', 'secret static.key', 'cipher AES-256-CBC'];

checkCases(check, [
  { name: 'no OpenVPN', host: healthyHost(), status: 'skip' },
  { name: 'nothing old', host: openvpnHost({ 'server.conf': SERVER }), status: 'pass' },
  {
    name: 'static key: 2.6 warns',
    host: openvpnHost({ 'p2p.conf': STATIC }),
    status: 'warn',
    codes: ['host/openvpn-deprecated'],
    says: ['/etc/openvpn/p2p.conf:4', 'deprecated since OpenVPN 2.6'],
  },
  {
    name: 'static key: 2.7 refuses',
    host: openvpnHost({ 'p2p.conf': STATIC }, release('2.7.0')),
    status: 'fail',
    codes: ['host/openvpn-deprecated'],
    says: ['refused by 2.7'],
  },
  { name: 'static key: 2.5 says nothing', host: openvpnHost({ 'p2p.conf': STATIC }, release('2.5.9')), status: 'pass' },
  {
    name: 'compression',
    host: openvpnHost({ 'server.conf': [...SERVER, 'comp-lzo'] }),
    status: 'warn',
    codes: ['host/openvpn-deprecated'],
    says: ['compress migrate', '/etc/openvpn/server.conf:7'],
  },
  {
    name: 'a cipher that is not negotiated',
    host: openvpnHost({ 'server.conf': [...SERVER, 'cipher AES-256-CBC'] }),
    status: 'warn',
    codes: ['host/openvpn-deprecated'],
    says: ['data-ciphers AES-256-GCM:AES-128-GCM:CHACHA20-POLY1305:AES-256-CBC'],
  },
  {
    name: 'an option that is gone',
    host: openvpnHost({ 'server.conf': [...SERVER, 'client-cert-not-required'] }),
    status: 'fail',
    codes: ['host/openvpn-deprecated'],
    says: ['verify-client-cert none'],
  },
  { name: 'without the right to read', host: openvpnHost({ 'server.conf': { reason: 'denied' } }), status: 'unknown' },
]);
