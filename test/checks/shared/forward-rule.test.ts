import { describe, expect, it } from 'vitest';
import { forwardRule } from '../../../src/checks/shared/forward-rule.js';
import type { ForwardVerdict } from '../../../src/checks/shared/forward-verdicts.js';
import { connection } from '../../support/configured-facts.js';

/** One that is stopped; `device`: an interface of its own carries the tunnel. */
const stopped = (direction: 'there' | 'back', local = '10.1.0.0/24', remote = '10.2.0.0/24', device?: string): ForwardVerdict => ({
  traffic: {
    connection: connection(),
    family: local.includes(':') ? 'ip6' : 'ip',
    local,
    remote,
    outside: device ?? 'eth0',
    routeBased: device !== undefined,
    forwarded: true,
  },
  direction,
  verdict: 'blocked',
  answersPass: false,
  simulation: { verdict: 'drop', otherwise: 'drop', nat: [], uncertain: [], clamped: 'no' },
});
const vti = (direction: 'there' | 'back', device: string) => stopped(direction, '10.1.0.0/24', '10.3.0.0/24', device);

const OUT = '-m policy --dir out --pol ipsec -j ACCEPT';
const IN = '-m policy --dir in --pol ipsec -j ACCEPT';

it.each<[string, readonly ForwardVerdict[], { purpose: string; nft: readonly string[]; iptables: readonly string[] }]>([
  [
    'by policies, both ways',
    [stopped('there'), stopped('back')],
    { purpose: 'tunnel traffic forwarded', nft: ['rt ipsec exists accept', 'meta ipsec exists accept'], iptables: [OUT, IN] },
  ],
  ['out only', [stopped('there')], { purpose: 'tunnel traffic forwarded out', nft: ['rt ipsec exists accept'], iptables: [OUT] }],
  ['in only', [stopped('back')], { purpose: 'tunnel traffic forwarded in', nft: ['meta ipsec exists accept'], iptables: [IN] }],
  [
    'many pairs are one rule',
    [stopped('there'), stopped('there', '10.1.0.0/24', '10.4.0.0/24')],
    { purpose: 'tunnel traffic forwarded out', nft: ['rt ipsec exists accept'], iptables: [OUT] },
  ],
  [
    'by an interface',
    [vti('there', 'vti0'), vti('back', 'vti0')],
    {
      purpose: 'tunnel traffic forwarded',
      nft: ['oifname "vti0" accept', 'iifname "vti0" accept'],
      iptables: ['-o vti0 -j ACCEPT', '-i vti0 -j ACCEPT'],
    },
  ],
  [
    'by several interfaces, of one of them one way',
    [vti('there', 'vti0'), vti('there', 'ipsec1'), vti('back', 'vti0')],
    {
      purpose: 'tunnel traffic forwarded',
      nft: ['oifname { "vti0", "ipsec1" } accept', 'iifname "vti0" accept'],
      iptables: ['-o vti0 -j ACCEPT', '-o ipsec1 -j ACCEPT', '-i vti0 -j ACCEPT'],
    },
  ],
  [
    'by an interface beside policies',
    [vti('there', 'vti0'), stopped('there')],
    {
      purpose: 'tunnel traffic forwarded out',
      nft: ['oifname "vti0" accept', 'rt ipsec exists accept'],
      iptables: ['-o vti0 -j ACCEPT', OUT],
    },
  ],
])('rules: %s', (_, verdicts, expected) => expect(forwardRule(verdicts)).toMatchObject(expected));

describe('tools that know networks', () => {
  it('have each network and each way once, and take them back', () => {
    const { firewalld, ufw } = forwardRule([
      stopped('there', '2001:db8:1::/64', '2001:db8:2::/64'),
      stopped('back', '2001:db8:1::/64', '2001:db8:2::/64'),
    ]);
    expect(firewalld).toEqual({
      apply:
        'firewall-cmd --zone=trusted --add-source=2001:db8:1::/64 && firewall-cmd --zone=trusted --add-source=2001:db8:2::/64 && firewall-cmd --permanent --zone=trusted --add-source=2001:db8:1::/64 && firewall-cmd --permanent --zone=trusted --add-source=2001:db8:2::/64',
      undo: 'firewall-cmd --zone=trusted --remove-source=2001:db8:1::/64 && firewall-cmd --zone=trusted --remove-source=2001:db8:2::/64 && firewall-cmd --permanent --zone=trusted --remove-source=2001:db8:1::/64 && firewall-cmd --permanent --zone=trusted --remove-source=2001:db8:2::/64',
    });
    expect(ufw).toEqual({
      apply: 'ufw route allow from 2001:db8:1::/64 to 2001:db8:2::/64 && ufw route allow from 2001:db8:2::/64 to 2001:db8:1::/64',
      undo: 'ufw route delete allow from 2001:db8:1::/64 to 2001:db8:2::/64 && ufw route delete allow from 2001:db8:2::/64 to 2001:db8:1::/64',
    });
  });

  it('are not told to trust the world', () => {
    const others = Array.from({ length: 30 }, (_, at) => stopped('there', '10.1.0.0/24', `10.2.${at}.0/24`));
    expect(forwardRule([stopped('there', '10.1.0.0/24', '0.0.0.0/0')])).not.toHaveProperty('ufw');
    expect(forwardRule([stopped('back', '2001:db8::/64', '::/0', 'vti0')])).not.toHaveProperty('firewalld');
    expect(forwardRule([...others, stopped('there', '10.1.0.0/24', '0.0.0.0/0')])).not.toHaveProperty('firewalld');
  });
});
