import { check } from '../../src/checks/send-redirects.js';
import { FakeHost } from '../../src/host/fake.js';
import { checkCases } from '../support/check-cases.js';
import { connection } from '../support/configured-facts.js';
import { healthyHost } from '../support/healthy-host.js';

const conf = '/proc/sys/net/ipv4/conf';
const configured = { connections: [connection()] };
const leg = (ifindex: number, ifname: string, local: string) => ({
  ifindex,
  ifname,
  flags: ['UP'],
  mtu: 1500,
  addr_info: [{ family: 'inet', local, prefixlen: 24, scope: 'global' }],
});
const oneLeg = JSON.stringify([leg(2, 'eth0', '192.0.2.1')]);
const withDocker = (address: string) => JSON.stringify([leg(2, 'eth0', '192.0.2.1'), leg(3, 'docker0', address)]);

checkCases(check, [
  { name: 'off', host: healthyHost(), configured, status: ['pass', 'pass'] },
  {
    name: 'on for one of two',
    host: healthyHost({ files: { [`${conf}/eth1/send_redirects`]: '1\n' } }),
    configured,
    status: ['pass', 'warn'],
    codes: ['host/send-redirects'],
    says: [/net\.ipv4\.conf\.eth1\.send_redirects = 1/],
    mends: ['sysctl -w net.ipv4.conf.eth1.send_redirects=0', /99-vpndoctor\.conf/],
  },
  {
    name: 'on for all: one finding, both lines',
    host: healthyHost({ files: { [`${conf}/all/send_redirects`]: '1\n' } }),
    configured,
    status: ['warn', 'warn'],
    codes: ['host/send-redirects'],
    mends: ['sysctl -w net.ipv4.conf.all.send_redirects=0'],
  },
  {
    name: 'on with one leg, where redirects are sent',
    host: healthyHost({ files: { [`${conf}/eth0/send_redirects`]: '1\n' }, commands: { 'ip -d -j addr': oneLeg } }),
    configured,
    status: 'fail',
    codes: ['host/send-redirects'],
    mends: [/eth0/],
  },
  {
    name: "on for Docker's bridge, which has no part in the tunnel",
    host: healthyHost({ files: { [`${conf}/docker0/send_redirects`]: '1\n' }, commands: { 'ip -d -j addr': withDocker('172.17.0.1') } }),
    configured,
    status: 'pass',
  },
  {
    name: "on for Docker's bridge, whose network is in the selector",
    host: healthyHost({ files: { [`${conf}/docker0/send_redirects`]: '1\n' }, commands: { 'ip -d -j addr': withDocker('10.1.0.9') } }),
    configured,
    status: ['pass', 'warn'],
    codes: ['host/send-redirects'],
    mends: [/docker0/],
  },
  {
    name: 'on, and nothing is forwarded',
    host: healthyHost({ files: { [`${conf}/all/send_redirects`]: '1\n' } }),
    configured: { connections: [connection({ localEnd: { subnets: [] } })] },
    status: 'skip',
  },
  {
    name: 'refused',
    host: healthyHost({ files: { [`${conf}/all/send_redirects`]: { reason: 'denied' } } }),
    configured,
    status: ['unknown', 'unknown'],
  },
  { name: 'nothing to be seen', host: new FakeHost(), configured, status: 'unknown' },
]);
