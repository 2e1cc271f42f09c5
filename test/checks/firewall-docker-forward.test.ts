import { check } from '../../src/checks/firewall-docker-forward.js';
import { checkCases } from '../support/check-cases.js';
import { connection, gateway } from '../support/gateway.js';

const docker = (policy: string, ...user: string[]) => `*filter
:INPUT ACCEPT [0:0]
:FORWARD ${policy} [0:0]
:OUTPUT ACCEPT [0:0]
:DOCKER - [0:0]
:DOCKER-USER - [0:0]
-A FORWARD -j DOCKER-USER
-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -i docker0 ! -o docker0 -j ACCEPT
${[...user, '-A DOCKER-USER -j RETURN'].join('\n')}
COMMIT`;

checkCases(check, [
  { name: 'no Docker', host: gateway(), status: 'skip' },
  {
    name: 'its policy takes the tunnel',
    host: gateway({ iptables: docker('DROP') }),
    status: 'fail',
    codes: ['host/firewall-docker-forward'],
    mends: [
      'iptables -I DOCKER-USER 1 -m policy --dir out --pol ipsec -j ACCEPT\niptables -I DOCKER-USER 1 -m policy --dir in --pol ipsec -j ACCEPT',
    ],
  },
  {
    name: 'the admin has made room',
    host: gateway({
      iptables: docker(
        'DROP',
        '-A DOCKER-USER -m policy --dir in --pol ipsec -j ACCEPT',
        '-A DOCKER-USER -m policy --dir out --pol ipsec -j ACCEPT',
      ),
    }),
    status: 'pass',
  },
  { name: 'it left the policy alone', host: gateway({ iptables: docker('ACCEPT') }), status: 'pass' },
  { name: 'nothing behind us', host: gateway({ iptables: docker('DROP'), swanctl: connection({ localTs: '' }) }), status: 'skip' },
  {
    name: 'no right to look',
    host: gateway({ isRoot: false, commands: { 'nft -j list ruleset': { reason: 'denied' } } }),
    status: 'unknown',
  },
]);
