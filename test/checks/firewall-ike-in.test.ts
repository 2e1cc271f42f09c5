import { check } from '../../src/checks/firewall-ike-in.js';
import { checkCases } from '../support/check-cases.js';
import { chain, connection, gateway, match, meta, payload, rule, table } from '../support/gateway.js';
import { healthyHost } from '../support/healthy-host.js';

const input = (policy: string, ...rules: string[]) =>
  `*filter\n:INPUT ${policy} [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n${rules.join('\n')}\nCOMMIT`;
const established = '-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT';
const drop500 = '-A INPUT -p udp -m udp --dport 500 -j DROP';

checkCases(check, [
  { name: 'no rules', host: gateway(), status: 'pass', says: ['UDP 500 and UDP 4500 accepted from 198.51.100.2'] },
  {
    name: 'policy drop, ports open to the peer',
    host: gateway({ iptables: input('DROP', '-A INPUT -s 198.51.100.0/24 -p udp -m multiport --dports 500,4500 -j ACCEPT') }),
    status: 'pass',
  },
  {
    name: 'a limit on new ones',
    host: gateway({ iptables: input('DROP', '-A INPUT -p udp -m multiport --dports 500,4500 -m limit --limit 10/sec -j ACCEPT') }),
    status: 'pass',
    says: ['but for limit --limit 10/sec'],
  },
  {
    name: 'a list of the banned',
    host: gateway({ iptables: input('ACCEPT', '-A INPUT -m set --match-set f2b src -j DROP') }),
    status: 'pass',
    says: ['match-set f2b'],
  },
  {
    name: '500 dropped by a rule',
    host: gateway({ iptables: input('ACCEPT', '-A INPUT -i lo -j ACCEPT', drop500) }),
    status: ['pass', 'fail'],
    codes: ['host/firewall-ike-in'],
    says: ['UDP 4500 accepted', 'iptables filter INPUT, rule 2: -A INPUT -p udp -m udp --dport 500 -j DROP'],
    mends: [/^iptables -I INPUT 2 -s 198\.51\.100\.2 -p udp -m multiport --dports 500 -j ACCEPT$/],
  },
  {
    name: 'dropped by the policy of nft',
    host: gateway({
      nft: [
        table('inet', 'filter'),
        chain('inet', 'filter', 'input', 'input', 'drop'),
        rule('inet', 'filter', 'input', 4, match(meta('iifname'), 'lo'), { accept: null }),
        rule('inet', 'filter', 'input', 5, match(payload('udp', 'dport'), 4500), { accept: null }),
      ],
    }),
    status: ['pass', 'fail'],
    codes: ['host/firewall-ike-in'],
    says: ['nft inet filter input, policy drop'],
    mends: [`nft add rule inet filter input 'ip saddr 198.51.100.2 udp dport { 500 } accept comment "vpndoctor: IKE and NAT-T in"'`],
  },
  {
    name: 'dropped by a rule of nft, shown as nft prints it',
    host: gateway({
      nft: [
        table('inet', 'filter'),
        chain('inet', 'filter', 'input', 'input', 'accept'),
        chain('inet', 'filter', 'late'),
        rule('inet', 'filter', 'input', 7, { jump: { target: 'late' } }),
        rule('inet', 'filter', 'late', 9, match(payload('ip', 'saddr'), { prefix: { addr: '198.51.100.0', len: 24 } }), { drop: null }),
      ],
      listing: 'table inet filter { # handle 1\n\tchain late { # handle 2\n\t\tip saddr 198.51.100.0/24 drop # handle 9\n\t}\n}\n',
    }),
    status: 'fail',
    codes: ['host/firewall-ike-in'],
    says: ['nft inet filter late, handle 9: ip saddr 198.51.100.0/24 drop'],
    mends: [/nft insert rule inet filter late handle 9 /],
  },
  {
    name: 'answers only, and the peer may begin',
    host: gateway({ iptables: input('DROP', established), swanctl: connection({ start: 'none' }) }),
    status: 'fail',
    codes: ['host/firewall-ike-in'],
    mends: [/-A INPUT .*--dports 500,4500/],
  },
  {
    name: 'answers only, and it is we who begin',
    host: gateway({ iptables: input('DROP', established), swanctl: connection({ start: 'start' }) }),
    status: 'warn',
    codes: ['host/firewall-ike-in-answers-only'],
    mends: [/-A INPUT/],
  },
  {
    name: 'answers only, for a client that gets its address from the server',
    host: gateway({ iptables: input('DROP', established), swanctl: connection({ start: 'start', more: 'vips = 0.0.0.0' }) }),
    status: 'pass',
    says: ['answers only'],
  },
  {
    name: 'peers anywhere, only source port 500 let in',
    host: gateway({
      iptables: input('DROP', '-A INPUT -p udp -m udp --sport 500 --dport 500 -j ACCEPT', '-A INPUT -p udp -m udp --dport 4500 -j ACCEPT'),
      swanctl: connection({ remote: '%any' }),
    }),
    status: ['pass', 'unknown'],
    says: ['source port'],
  },
  {
    name: 'peers anywhere, some refused',
    host: gateway({ iptables: input('ACCEPT', '-A INPUT -s 203.0.113.0/24 -j DROP'), swanctl: connection({ remote: '%any' }) }),
    status: 'pass',
    says: ['but for source address'],
  },
  {
    name: 'a match that nobody knows',
    host: gateway({ iptables: input('DROP', '-A INPUT -p udp -m u32 --u32 "0=1" -j ACCEPT') }),
    status: 'unknown',
    says: ['u32'],
  },
  {
    name: 'ufw writes the rules',
    host: gateway({ iptables: '*filter\n:INPUT DROP [0:0]\n:ufw-before-input - [0:0]\n-A INPUT -j ufw-before-input\nCOMMIT' }),
    status: 'fail',
    codes: ['host/firewall-ike-in'],
    mends: [/^ufw allow 500,4500\/udp$/],
  },
  {
    name: 'firewalld writes the rules',
    host: gateway({
      nft: [
        table('inet', 'firewalld'),
        chain('inet', 'firewalld', 'filter_INPUT', 'input', 'accept', 10),
        rule('inet', 'firewalld', 'filter_INPUT', 30, { reject: { type: 'icmpx', expr: 'admin-prohibited' } }),
      ],
    }),
    status: 'fail',
    codes: ['host/firewall-ike-in'],
    mends: [/firewall-cmd --permanent --add-service=ipsec/],
  },
  {
    name: 'legacy iptables beside an empty nftables',
    host: gateway({ legacy: input('ACCEPT', drop500) }),
    status: ['pass', 'fail'],
    codes: ['host/firewall-ike-in'],
    mends: [/^iptables-legacy -I INPUT 1 /],
  },
  {
    name: 'legacy iptables that cannot be listed',
    host: gateway({ files: { '/proc/net/ip_tables_names': 'filter\n' } }),
    status: 'unknown',
    says: ['legacy iptables'],
  },
  {
    name: 'no right to look',
    host: gateway({ isRoot: false, commands: { 'nft -j list ruleset': { reason: 'denied' } } }),
    status: 'unknown',
  },
  {
    name: 'no tool to look',
    host: gateway({ commands: { 'nft -j list ruleset': undefined, 'iptables-save': undefined, 'ip6tables-save': undefined } }),
    status: 'unknown',
    says: ['neither nft nor iptables-save'],
  },
  {
    name: 'nothing configured, a daemon waits',
    host: gateway({ swanctl: '', iptables: input('DROP') }),
    status: 'warn',
    codes: ['host/firewall-ike-in'],
    mends: [/-A INPUT -p udp -m multiport --dports 500,4500/],
  },
  {
    name: 'nothing configured, nothing running',
    host: healthyHost({ files: { '/proc/700/stat': undefined, '/proc/700/cmdline': undefined } }),
    status: 'skip',
  },
]);
