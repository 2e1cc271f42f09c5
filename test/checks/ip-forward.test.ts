import { check } from '../../src/checks/ip-forward.js';
import { FakeHost } from '../../src/host/fake.js';
import { checkCases } from '../support/check-cases.js';
import { connection, openvpnServer } from '../support/configured-facts.js';
import { healthyHost } from '../support/healthy-host.js';

const off = { '/proc/sys/net/ipv4/ip_forward': '0\n' };
const configured = { connections: [connection()] };

checkCases(check, [
  { name: 'on', host: healthyHost(), configured, status: 'pass' },
  {
    name: 'off, and a network is behind us',
    host: healthyHost({ files: off }),
    configured,
    status: 'fail',
    codes: ['host/ip-forward'],
    says: [/10\.1\.0\.0\/24/],
    mends: ['sysctl -w net.ipv4.ip_forward=1'],
  },
  {
    name: 'on, off for the inner interface',
    host: healthyHost({ files: { '/proc/sys/net/ipv4/conf/eth1/forwarding': '0\n' } }),
    configured,
    status: 'fail',
    codes: ['host/ip-forward-interface'],
    mends: ['net.ipv4.conf.eth1.forwarding=1'],
  },
  {
    name: 'off, host to host',
    host: healthyHost({ files: off }),
    configured: { connections: [connection({ localEnd: { subnets: ['192.0.2.1/32'] } })] },
    status: 'skip',
  },
  {
    name: 'off, and OpenVPN pushes a route',
    host: healthyHost({ files: off }),
    configured: { openvpn: [openvpnServer()] },
    status: 'fail',
    codes: ['host/ip-forward'],
    says: [/pushes a route/],
    mends: [/ip_forward=1/],
  },
  {
    name: 'off, and OpenVPN pushes none',
    host: healthyHost({ files: off }),
    configured: { openvpn: [openvpnServer({ pushedRoutes: [] })] },
    status: 'skip',
  },
  { name: 'nothing to be seen', host: new FakeHost(), configured, status: 'unknown' },
]);
