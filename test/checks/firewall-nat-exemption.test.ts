import { check } from '../../src/checks/firewall-nat-exemption.js';
import { checkCases } from '../support/check-cases.js';
import { chain, connection, gateway, match, meta, payload, rule, table } from '../support/gateway.js';

const nat = (...rules: string[]) =>
  `*nat\n:PREROUTING ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n${rules.map((text) => `-A POSTROUTING ${text}`).join('\n')}\nCOMMIT`;
const masquerade = '-s 10.1.0.0/24 -o eth0 -j MASQUERADE';

const ofMap = (network: string) => ({
  family: 'ip',
  addr: { map: { key: payload('ip', 'saddr'), data: { set: [[{ prefix: { addr: network, len: 24 } }, '192.0.2.1']] } } },
});

checkCases(check, [
  { name: 'no rules', host: gateway(), status: 'pass', says: ['10.1.0.0/24 - 10.2.0.0/24'] },
  {
    name: 'masquerade swallows the tunnel',
    host: gateway({ iptables: nat(masquerade) }),
    status: 'fail',
    codes: ['host/firewall-nat-exemption'],
    says: ['masquerade by iptables nat POSTROUTING, rule 1'],
    mends: ['iptables -t nat -I POSTROUTING 1 -m policy --dir out --pol ipsec -j ACCEPT'],
  },
  {
    name: "firewalld's own chain: nothing but a translation that changes nothing keeps it off",
    host: gateway({
      nft: [
        table('ip', 'firewalld'),
        chain('ip', 'firewalld', 'nat_POSTROUTING', 'postrouting', 'accept', 110, 'nat'),
        rule('ip', 'firewalld', 'nat_POSTROUTING', 3, match(meta('oifname'), 'eth0'), { masquerade: null }),
      ],
    }),
    status: 'fail',
    codes: ['host/firewall-nat-exemption'],
    mends: [
      'firewall-cmd --direct --add-rule ipv4 nat POSTROUTING 0 -s 10.1.0.0/24 -d 10.2.0.0/24 -j NETMAP --to 10.1.0.0/24 && firewall-cmd --permanent --direct --add-rule ipv4 nat POSTROUTING 0 -s 10.1.0.0/24 -d 10.2.0.0/24 -j NETMAP --to 10.1.0.0/24',
    ],
  },
  {
    name: 'exempt by a translation that changes nothing',
    host: gateway({ iptables: nat('-s 10.1.0.0/24 -d 10.2.0.0/24 -j NETMAP --to 10.1.0.0/24', masquerade) }),
    status: 'pass',
  },
  { name: 'exempt by policy', host: gateway({ iptables: nat('-m policy --dir out --pol ipsec -j ACCEPT', masquerade) }), status: 'pass' },
  {
    name: 'the rule itself asks for no policy',
    host: gateway({ iptables: nat('-o eth0 -m policy --dir out --pol none -j MASQUERADE') }),
    status: 'pass',
  },
  { name: 'exempt by destination', host: gateway({ iptables: nat('-d 10.2.0.0/16 -j ACCEPT', masquerade) }), status: 'pass' },
  { name: 'not this destination', host: gateway({ iptables: nat('-s 10.1.0.0/24 ! -d 10.2.0.0/24 -j MASQUERADE') }), status: 'pass' },
  {
    name: 'the exemption stands behind the rule',
    host: gateway({ iptables: nat(masquerade, '-m policy --dir out --pol ipsec -j ACCEPT') }),
    status: 'fail',
    codes: ['host/firewall-nat-exemption'],
    mends: ['-I POSTROUTING 1 '],
  },
  ...[
    ['a table of both families that translates IPv6 alone', { family: 'ip6', addr: '2001:db8::1' }, 'pass'],
    ['a map of addresses that has not our network', ofMap('10.9.0.0'), 'pass'],
    ['a map of addresses that has it', ofMap('10.1.0.0'), 'fail'],
  ].map(([name, snat, status]) => ({
    name: name as string,
    host: gateway({
      nft: [
        table('inet', 'nat'),
        chain('inet', 'nat', 'post', 'postrouting', 'accept', 100, 'nat'),
        rule('inet', 'nat', 'post', 1, { snat }),
      ],
    }),
    status: status as 'pass' | 'fail',
    ...(status === 'fail' && { codes: ['host/firewall-nat-exemption'], mends: ['rt ipsec exists accept'] }),
  })),
  { name: 'another interface', host: gateway({ iptables: nat('-s 10.1.0.0/24 -o ppp0 -j MASQUERADE') }), status: 'pass' },
  {
    name: 'part of the network',
    host: gateway({ iptables: nat('-s 10.1.0.128/25 -o eth0 -j SNAT --to-source 192.0.2.1') }),
    status: 'warn',
    codes: ['host/firewall-nat-exemption-in-part'],
    says: ['source address'],
    mends: ['-m policy --dir out --pol ipsec'],
  },
  {
    name: 'translated into the selector on purpose',
    host: gateway({ iptables: nat('-s 10.1.0.0/24 -o eth0 -j SNAT --to-source 10.1.0.1') }),
    status: 'pass',
  },
  {
    name: 'depends on a set kept elsewhere',
    host: gateway({ iptables: nat('-m set --match-set lan src -j MASQUERADE') }),
    status: 'unknown',
    says: ['set'],
  },
  {
    name: 'nft without and with an exemption in a chain of its own that does not save it',
    host: gateway({
      nft: [
        table('ip', 'nat'),
        chain('ip', 'nat', 'exempt', 'postrouting', 'accept', 90, 'nat'),
        chain('ip', 'nat', 'post', 'postrouting', 'accept', 100, 'nat'),
        rule('ip', 'nat', 'exempt', 4, match({ rt: { key: 'ipsec' } }, true), { accept: null }),
        rule(
          'ip',
          'nat',
          'post',
          5,
          match(meta('oifname'), 'eth0'),
          match(payload('ip', 'saddr'), { prefix: { addr: '10.0.0.0', len: 8 } }),
          { masquerade: null },
        ),
      ],
    }),
    status: 'fail',
    codes: ['host/firewall-nat-exemption'],
    mends: [`nft insert rule ip nat post handle 5 'rt ipsec exists accept comment "vpndoctor: tunnel traffic keeps its addresses"'`],
  },
  {
    name: 'nft with a right exemption',
    host: gateway({
      nft: [
        table('inet', 'nat'),
        chain('inet', 'nat', 'post', 'postrouting', 'accept', 100, 'nat'),
        rule('inet', 'nat', 'post', 5, match({ rt: { key: 'ipsec' } }, false), match(meta('oifname'), 'eth0'), { masquerade: null }),
      ],
    }),
    status: 'pass',
  },
  {
    name: 'both gateways only, each with its own address',
    host: gateway({ swanctl: connection({ localTs: '', remoteTs: '' }), iptables: nat('-o eth0 -j MASQUERADE') }),
    status: 'pass',
  },
  { name: 'no connection', host: gateway({ swanctl: '', iptables: nat(masquerade) }), status: 'skip' },
  {
    name: 'no right to look',
    host: gateway({ isRoot: false, commands: { 'nft -j list ruleset': { reason: 'denied' } } }),
    status: 'unknown',
  },
]);
