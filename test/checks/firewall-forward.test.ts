import { check } from '../../src/checks/firewall-forward.js';
import { checkCases } from '../support/check-cases.js';
import { chain, connection, gateway, match, meta, payload, rule, table } from '../support/gateway.js';

const forward = (policy: string, ...rules: string[]) =>
  `*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ${policy} [0:0]\n:OUTPUT ACCEPT [0:0]\n${rules.join('\n')}\nCOMMIT`;
const established = '-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT';

checkCases(check, [
  { name: 'no rules', host: gateway(), status: 'pass', says: ['10.1.0.0/24 - 10.2.0.0/24, both ways'] },
  {
    name: 'by IPsec policy',
    host: gateway({
      iptables: forward(
        'DROP',
        '-A FORWARD -m policy --dir in --pol ipsec -j ACCEPT',
        '-A FORWARD -m policy --dir out --pol ipsec -j ACCEPT',
      ),
    }),
    status: 'pass',
  },
  {
    name: 'by selectors',
    host: gateway({ iptables: forward('DROP', '-A FORWARD -s 10.0.0.0/8 -d 10.0.0.0/8 -j ACCEPT') }),
    status: 'pass',
  },
  {
    name: 'dropped by policy, both ways',
    host: gateway({ iptables: forward('DROP', established) }),
    status: 'fail',
    codes: ['host/firewall-forward'],
    says: ['both ways: dropped by iptables filter FORWARD, policy drop'],
    mends: ['iptables -A FORWARD -m policy --dir out --pol ipsec -j ACCEPT\niptables -A FORWARD -m policy --dir in --pol ipsec -j ACCEPT'],
  },
  {
    name: 'dropped by a rule of nft',
    host: gateway({
      nft: [
        table('inet', 'fw'),
        chain('inet', 'fw', 'forward', 'forward', 'accept'),
        rule(
          'inet',
          'fw',
          'forward',
          12,
          match(meta('oifname'), 'eth0'),
          match(payload('ip', 'daddr'), { prefix: { addr: '10.0.0.0', len: 8 } }),
          { drop: null },
        ),
      ],
    }),
    status: 'fail',
    codes: ['host/firewall-forward'],
    says: ['towards the peer'],
    mends: [`nft insert rule inet fw forward handle 12 'rt ipsec exists accept comment`],
  },
  {
    name: 'one side may begin',
    host: gateway({ iptables: forward('DROP', established, '-A FORWARD -i eth1 -o eth0 -j ACCEPT') }),
    status: 'warn',
    codes: ['host/firewall-forward-one-sided'],
    says: ['from the peer'],
    mends: ['--dir in --pol ipsec'],
  },
  {
    name: 'some services only',
    host: gateway({ iptables: forward('DROP', established, '-A FORWARD -s 10.0.0.0/8 -d 10.0.0.0/8 -p tcp -m tcp --dport 443 -j ACCEPT') }),
    status: 'pass',
    says: ['as far as'],
  },
  {
    name: 'pings alone',
    host: gateway({ iptables: forward('DROP', established, '-A FORWARD -p icmp -j ACCEPT') }),
    status: 'fail',
    codes: ['host/firewall-forward'],
    says: ['both ways'],
    mends: ['iptables -A FORWARD -m policy --dir out --pol ipsec -j ACCEPT'],
  },
  {
    name: "Docker's policy is another check's",
    host: gateway({ iptables: `${forward('DROP', '-A FORWARD -j DOCKER-USER').replace(':INPUT', ':DOCKER-USER - [0:0]\n:INPUT')}` }),
    status: 'skip',
    says: ['firewall-docker-forward'],
  },
  {
    name: 'a match that nobody knows',
    host: gateway({ iptables: forward('DROP', '-A FORWARD -m u32 --u32 "0=1" -j ACCEPT') }),
    status: ['unknown', 'unknown'],
  },
  { name: 'nothing behind us', host: gateway({ swanctl: connection({ localTs: '' }), iptables: forward('DROP') }), status: 'skip' },
  {
    name: 'no right to look',
    host: gateway({ isRoot: false, commands: { 'nft -j list ruleset': { reason: 'denied' } } }),
    status: 'unknown',
  },
]);
