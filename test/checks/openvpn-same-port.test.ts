import { check } from '../../src/checks/openvpn-same-port.js';
import { checkCases } from '../support/check-cases.js';
import { healthyHost } from '../support/healthy-host.js';
import { openvpnHost, SERVER } from '../support/openvpn-hosts.js';

const on = (...lines: string[]) => [...SERVER.filter((line) => !/^(port|proto)/.test(line)), ...lines];

checkCases(check, [
  { name: 'no OpenVPN', host: healthyHost(), status: 'skip' },
  { name: 'a client binds none', host: openvpnHost({ 'c.conf': ['client', 'dev tun', 'remote 198.51.100.1', 'nobind'] }), status: 'skip' },
  { name: 'one', host: openvpnHost({ 'a.conf': SERVER }), status: 'pass', says: ['UDP 1194'] },
  { name: 'two ports', host: openvpnHost({ 'a.conf': on('port 1194'), 'b.conf': on('port 1195') }), status: 'pass' },
  { name: 'UDP and TCP', host: openvpnHost({ 'a.conf': on('proto udp'), 'b.conf': on('proto tcp-server') }), status: 'pass' },
  { name: 'two addresses', host: openvpnHost({ 'a.conf': on('local 192.0.2.1'), 'b.conf': on('local 10.1.0.1') }), status: 'pass' },
  {
    name: 'the same, one by default',
    host: openvpnHost({ 'a.conf': on('port 1194'), 'b.conf': on() }),
    status: 'warn',
    codes: ['host/openvpn-same-port'],
    says: ['UDP 1194 (default)', 'port 1195'],
  },
  { name: 'without the right to read', host: openvpnHost({ 'server.conf': { reason: 'denied' } }), status: 'unknown' },
]);
