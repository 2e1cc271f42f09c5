import { check } from '../../src/checks/accept-redirects.js';
import { FakeHost } from '../../src/host/fake.js';
import { checkCases } from '../support/check-cases.js';
import { connection } from '../support/configured-facts.js';
import { healthyHost } from '../support/healthy-host.js';

const conf = (family: string, device: string, name: string) => `/proc/sys/net/${family}/conf/${device}/${name}`;
const configured = { connections: [connection()] };
const over6 = {
  connections: [
    connection({ localEnd: { addresses: ['2001:db8::1'], subnets: [] }, remoteEnd: { addresses: ['2001:db8:9::1'], subnets: [] } }),
  ],
};
const address6 = JSON.stringify([
  {
    ifindex: 2,
    ifname: 'eth0',
    flags: ['UP'],
    mtu: 1500,
    addr_info: [{ family: 'inet6', local: '2001:db8::1', prefixlen: 64, scope: 'global' }],
  },
]);

checkCases(check, [
  { name: 'off', host: healthyHost(), configured, status: 'pass' },
  {
    name: 'on for the interface alone, while forwarding: not in force',
    host: healthyHost({ files: { [conf('ipv4', 'eth0', 'accept_redirects')]: '1\n' } }),
    configured,
    status: 'pass',
  },
  {
    name: 'in force because forwarding is off, which another check names',
    host: healthyHost({ files: { [conf('ipv4', 'eth0', 'accept_redirects')]: '1\n', [conf('ipv4', 'eth0', 'forwarding')]: '0\n' } }),
    configured,
    status: 'skip',
  },
  {
    name: 'on for the interface alone, not forwarding: in force',
    host: healthyHost({ files: { [conf('ipv4', 'eth0', 'accept_redirects')]: '1\n', [conf('ipv4', 'eth0', 'forwarding')]: '0\n' } }),
    configured: { connections: [connection({ localEnd: { subnets: [] } })] },
    status: 'warn',
    codes: ['host/accept-redirects'],
    says: [/forwarding off/],
    mends: ['sysctl -w net.ipv4.conf.eth0.accept_redirects=0'],
  },
  {
    name: 'IPv6 has rules of its own',
    host: healthyHost({
      files: { [conf('ipv6', 'eth0', 'accept_redirects')]: '1\n', [conf('ipv6', 'eth0', 'forwarding')]: '0\n' },
      commands: { 'ip -d -j addr': address6 },
    }),
    configured: over6,
    status: 'warn',
    codes: ['host/accept-redirects-ipv6'],
    mends: ['net.ipv6.conf.eth0.accept_redirects=0'],
  },
  {
    name: 'no connection',
    host: healthyHost({ files: { [conf('ipv4', 'all', 'accept_redirects')]: '1\n' } }),
    configured: {},
    status: 'skip',
  },
  {
    name: 'refused',
    host: healthyHost({ files: { [conf('ipv4', 'all', 'accept_redirects')]: { reason: 'denied' } } }),
    configured,
    status: 'unknown',
  },
  { name: 'nothing to be seen', host: new FakeHost(), configured, status: 'unknown' },
]);
