import { check } from '../../src/checks/firewall-ike-out.js';
import { checkCases } from '../support/check-cases.js';
import { chain, connection, gateway, match, payload, rule, table } from '../support/gateway.js';

const output = (policy: string, ...rules: string[]) =>
  `*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ${policy} [0:0]\n${rules.join('\n')}\nCOMMIT`;

checkCases(check, [
  { name: 'no rules', host: gateway(), status: 'pass', says: ['UDP 500 and UDP 4500 sent to 198.51.100.2'] },
  {
    name: 'policy drop, ports open',
    host: gateway({ iptables: output('DROP', '-A OUTPUT -p udp -m multiport --dports 500,4500 -j ACCEPT') }),
    status: 'pass',
  },
  {
    name: 'rejected',
    host: gateway({ iptables: output('ACCEPT', '-A OUTPUT -o eth0 -d 198.51.100.2/32 -j REJECT --reject-with icmp-port-unreachable') }),
    status: 'fail',
    codes: ['host/firewall-ike-out'],
    mends: ['iptables -I OUTPUT 1 -d 198.51.100.2 -p udp -m multiport --dports 500,4500 -j ACCEPT'],
  },
  { name: 'another interface', host: gateway({ iptables: output('ACCEPT', '-A OUTPUT -o eth1 -j DROP') }), status: 'pass' },
  {
    name: 'dropped late, in postrouting',
    host: gateway({
      nft: [
        table('ip', 'late'),
        chain('ip', 'late', 'post', 'postrouting', 'accept', 50),
        rule('ip', 'late', 'post', 3, match(payload('udp', 'sport'), 500), { drop: null }),
      ],
    }),
    status: ['pass', 'fail'],
    codes: ['host/firewall-ike-out'],
    mends: [/nft insert rule ip late post handle 3 'ip daddr 198\.51\.100\.2 udp dport \{ 500 \} accept/],
  },
  {
    name: 'peers that call: answers are enough',
    host: gateway({
      swanctl: connection({ remote: '%any' }),
      iptables: output('DROP', '-A OUTPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT'),
    }),
    status: 'pass',
    says: ['anybody'],
  },
  {
    name: 'no right to look',
    host: gateway({ isRoot: false, commands: { 'nft -j list ruleset': { reason: 'denied' } } }),
    status: 'unknown',
  },
]);
