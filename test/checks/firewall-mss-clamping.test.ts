import { check } from '../../src/checks/firewall-mss-clamping.js';
import { checkCases } from '../support/check-cases.js';
import { connection, gateway } from '../support/gateway.js';

const clamp = '*mangle\n:FORWARD ACCEPT [0:0]\n-A FORWARD -p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu\nCOMMIT';
const noIcmp = '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -p icmp -j DROP\nCOMMIT';
const pppoe = (mtu: number) => ({
  'ip -d -j addr': JSON.stringify([
    { ifindex: 2, ifname: 'eth0', flags: ['UP'], mtu, addr_info: [{ family: 'inet', local: '192.0.2.1', prefixlen: 24, scope: 'global' }] },
    {
      ifindex: 3,
      ifname: 'eth1',
      flags: ['UP'],
      mtu: 1500,
      addr_info: [{ family: 'inet', local: '10.1.0.1', prefixlen: 24, scope: 'global' }],
    },
  ]),
});

checkCases(check, [
  { name: 'nothing speaks against discovery', host: gateway(), status: 'skip' },
  { name: 'clamped', host: gateway({ iptables: clamp, commands: pppoe(1492) }), status: 'pass' },
  {
    name: 'a narrow uplink',
    host: gateway({ commands: pppoe(1492) }),
    status: 'warn',
    codes: ['host/firewall-mss-clamping'],
    says: ['eth0 has an MTU of 1492'],
    mends: [/nft add table inet vpndoctor .*maxseg size set rt mtu/],
  },
  {
    name: 'our own ICMP is dropped',
    host: gateway({ iptables: noIcmp }),
    status: 'warn',
    codes: ['host/firewall-mss-clamping'],
    says: ['fragmentation needed', 'rule 1: -A OUTPUT -p icmp -j DROP'],
    mends: [/^iptables -t mangle -A FORWARD .*--clamp-mss-to-pmtu/],
  },
  {
    name: 'ICMP of routers outside is dropped',
    host: gateway({
      iptables: '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -p icmp -j DROP\nCOMMIT',
    }),
    status: 'warn',
    codes: ['host/firewall-mss-clamping'],
    says: ['from routers outside is dropped', 'rule 1: -A INPUT -p icmp -j DROP'],
    mends: [/^iptables -t mangle -A FORWARD .*--clamp-mss-to-pmtu/],
  },
  {
    name: 'clamped for the plain way out: ESP does not fit besides',
    host: gateway({ iptables: clamp.replace('--clamp-mss-to-pmtu', '--set-mss 1452'), commands: pppoe(1492) }),
    status: 'warn',
    codes: ['host/firewall-mss-clamping'],
    says: ['clamped to more than fits', 'MSS 1452, where ESP over eth0 (MTU 1492) leaves 1410 at most'],
    mends: [/^iptables -t mangle -A FORWARD .*--clamp-mss-to-pmtu/],
  },
  {
    name: 'clamped to what fits',
    host: gateway({ iptables: clamp.replace('--clamp-mss-to-pmtu', '--set-mss 1360'), commands: pppoe(1492) }),
    status: 'pass',
  },
  { name: 'nothing behind us', host: gateway({ swanctl: connection({ localTs: '' }) }), status: 'skip' },
  {
    name: 'no right to look',
    host: gateway({ isRoot: false, commands: { 'nft -j list ruleset': { reason: 'denied' } } }),
    status: 'unknown',
  },
]);
