import { check } from '../../src/checks/firewall-openvpn.js';
import { checkCases } from '../support/check-cases.js';
import { gateway } from '../support/gateway.js';

const filter = (input: string, forward: string, ...rules: string[]) =>
  `*filter\n:INPUT ${input} [0:0]\n:FORWARD ${forward} [0:0]\n:OUTPUT ACCEPT [0:0]\n${rules.join('\n')}\nCOMMIT`;
const road = '/etc/openvpn/server/road.conf';
const MASQUERADE = 'iptables -t nat -A POSTROUTING -s 10.8.0.0/24 -o eth0 -j MASQUERADE';
const server = {
  [road]:
    'port 1194\nproto udp\ndev tun0\nserver 10.8.0.0 255.255.255.0\npush "route 10.1.0.0 255.255.255.0"\nca ca.crt\ncert s.crt\nkey s.key\ndh none\n',
};
const client = {
  '/etc/openvpn/client/home.conf': 'client\ndev tun\nproto tcp\nremote 198.51.100.7 443\nca ca.crt\ncert c.crt\nkey c.key\n',
};
const open = '-A INPUT -p udp -m udp --dport 1194 -j ACCEPT';

checkCases(check, [
  { name: 'no OpenVPN', host: gateway(), status: 'skip' },
  {
    name: 'server, no rules',
    host: gateway({ swanctl: '', files: server }),
    status: ['pass', 'pass'],
    says: ['UDP 1194 accepted from anybody', '10.1.0.0/24 and back'],
  },
  ...(
    [
      ['everything through it, nothing translated', '', 'warn', ['nft add rule ip vpndoctor clients']],
      ['everything through it, other networks translated', '-A POSTROUTING -s 10.1.0.0/24 -o eth0 -j MASQUERADE', 'warn', [MASQUERADE]],
      ['everything through it, translated', '-A POSTROUTING -s 10.8.0.0/24 -o eth0 -j MASQUERADE', 'pass', undefined],
    ] as const
  ).map(([name, rule, status, mends]) => ({
    name,
    host: gateway({
      swanctl: '',
      files: { [road]: server[road].replace(/push .*/, 'push "redirect-gateway def1 bypass-dhcp"') },
      ...(rule !== '' && { iptables: `*nat\n:POSTROUTING ACCEPT [0:0]\n${rule}\nCOMMIT` }),
    }),
    status: ['pass', status] as ['pass', 'warn' | 'pass'],
    ...(mends !== undefined && { codes: ['host/firewall-openvpn-not-translated'], mends: [...mends] }),
  })),
  {
    name: 'port closed',
    host: gateway({ swanctl: '', files: server, iptables: filter('DROP', 'ACCEPT', '-A INPUT -p tcp -m tcp --dport 1194 -j ACCEPT') }),
    status: ['fail', 'pass'],
    codes: ['host/firewall-openvpn'],
    mends: ['iptables -A INPUT -p udp --dport 1194 -j ACCEPT'],
  },
  {
    name: 'clients are not forwarded',
    host: gateway({ swanctl: '', files: server, iptables: filter('DROP', 'DROP', open) }),
    status: ['pass', 'fail'],
    codes: ['host/firewall-openvpn-forward'],
    mends: ['-A FORWARD -i tun0 -j ACCEPT\niptables -A FORWARD -o tun0 -m conntrack'],
  },
  {
    name: 'forwarded, answers only the other way',
    host: gateway({
      swanctl: '',
      files: server,
      iptables: filter('DROP', 'DROP', open, '-A FORWARD -i tun+ -j ACCEPT', '-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT'),
    }),
    status: ['pass', 'pass'],
  },
  { name: 'client, no rules', host: gateway({ swanctl: '', files: client }), status: 'pass', says: ['TCP 443 sent to 198.51.100.7'] },
  {
    name: 'client, dropped on the way out',
    host: gateway({ swanctl: '', files: client, iptables: filter('ACCEPT', 'ACCEPT', '-A OUTPUT -p tcp -m tcp --dport 443 -j DROP') }),
    status: 'fail',
    codes: ['host/firewall-openvpn'],
    mends: ['iptables -I OUTPUT 1 -d 198.51.100.7 -p tcp --dport 443 -j ACCEPT'],
  },
  {
    name: 'no right to look',
    host: gateway({ swanctl: '', files: server, isRoot: false, commands: { 'nft -j list ruleset': { reason: 'denied' } } }),
    status: 'unknown',
  },
]);
