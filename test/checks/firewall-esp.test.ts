import { check } from '../../src/checks/firewall-esp.js';
import { checkCases } from '../support/check-cases.js';
import { connection, gateway } from '../support/gateway.js';

const filter = (policy: string, ...rules: string[]) =>
  `*filter\n:INPUT ${policy} [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n${rules.join('\n')}\nCOMMIT`;
const ike = '-A INPUT -p udp -m multiport --dports 500,4500 -j ACCEPT';

checkCases(check, [
  { name: 'no rules', host: gateway(), status: ['pass', 'pass'], says: ['ESP accepted from 198.51.100.2', 'ESP sent to'] },
  { name: 'let in', host: gateway({ iptables: filter('DROP', ike, '-A INPUT -p esp -j ACCEPT') }), status: ['pass', 'pass'] },
  {
    name: 'IKE let in and ESP forgotten',
    host: gateway({ iptables: filter('DROP', ike) }),
    status: ['fail', 'pass'],
    codes: ['host/firewall-esp'],
    says: ['iptables filter INPUT, policy drop'],
    mends: ['iptables -A INPUT -s 198.51.100.2 -p esp -j ACCEPT'],
  },
  {
    name: 'dropped on the way out',
    host: gateway({ iptables: filter('ACCEPT', '-A OUTPUT -p esp -j DROP') }),
    status: ['pass', 'fail'],
    codes: ['host/firewall-esp'],
    mends: ['iptables -I OUTPUT 1 -d 198.51.100.2 -p esp -j ACCEPT'],
  },
  { name: 'always in UDP', host: gateway({ iptables: filter('DROP', ike), swanctl: connection({ more: 'encap = yes' }) }), status: 'skip' },
  {
    name: 'in UDP, as the SAs show',
    host: gateway({
      iptables: filter('DROP', ike),
      commands: {
        'ip -s xfrm state':
          'src 198.51.100.2 dst 192.0.2.1\n\tproto esp spi 0xc0000001 reqid 1 mode tunnel\n\treplay-window 32 flag af-unspec\n\tauth-trunc hmac(sha256) 0x00 128\n\tenc cbc(aes) 0x00\n\tencap type espinudp sport 4500 dport 4500 addr 0.0.0.0\n',
      },
    }),
    status: 'skip',
  },
  {
    name: 'AH where a connection uses it',
    host: gateway({ iptables: filter('DROP', '-A INPUT -p esp -j ACCEPT'), swanctl: connection({ child: 'ah_proposals = sha256' }) }),
    status: ['fail', 'pass'],
    codes: ['host/firewall-esp'],
    says: ['AH from 198.51.100.2'],
    mends: ['-p ah -j ACCEPT'],
  },
  {
    name: 'a match that nobody knows',
    host: gateway({ iptables: filter('DROP', '-A INPUT -p esp -m esp --espspi 1:2 -j ACCEPT') }),
    status: ['unknown', 'pass'],
  },
  {
    name: 'no right to look',
    host: gateway({ isRoot: false, commands: { 'nft -j list ruleset': { reason: 'denied' } } }),
    status: 'unknown',
  },
]);
