import { describe, expect, it } from 'vitest';
import { byPlace, type ForwardVerdict, forwardVerdicts } from '../../../src/checks/shared/forward-verdicts.js';
import type { TunnelTraffic } from '../../../src/checks/shared/tunnel-traffic.js';
import type { Firewall } from '../../../src/host/linux/firewall/firewall.js';
import { parseIptablesSave } from '../../../src/host/linux/firewall/iptables-save.js';
import { connection } from '../../support/configured-facts.js';
import { rulePlace } from '../../support/rule-places.js';

const traffic = (more: Partial<TunnelTraffic> = {}): TunnelTraffic => ({
  connection: connection(),
  family: 'ip',
  local: '10.1.0.0/24',
  remote: '10.2.0.0/24',
  inside: 'eth1',
  outside: 'eth0',
  routeBased: false,
  forwarded: true,
  ...more,
});
const forward = (policy: string, ...rules: string[]): Firewall => ({
  tables: parseIptablesSave(
    `*filter\n:FORWARD ${policy} [0:0]\n${rules.map((rule) => `-A FORWARD ${rule}\n`).join('')}COMMIT\n`,
    'ip',
    'iptables-save',
  ),
  unread: [],
});
const brief = (verdicts: readonly ForwardVerdict[]) =>
  verdicts.map(({ direction, verdict, answersPass }) => [direction, verdict, answersPass]);

const ESTABLISHED = '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT';

it.each<[string, Firewall, unknown]>([
  [
    'accepted',
    forward('ACCEPT'),
    [
      ['there', 'passes', true],
      ['back', 'passes', true],
    ],
  ],
  [
    'dropped',
    forward('DROP'),
    [
      ['there', 'blocked', false],
      ['back', 'blocked', false],
    ],
  ],
  [
    'answers alone',
    forward('DROP', ESTABLISHED),
    [
      ['there', 'blocked', true],
      ['back', 'blocked', true],
    ],
  ],
  [
    'one way',
    forward('DROP', '-i eth1 -j ACCEPT'),
    [
      ['there', 'passes', true],
      ['back', 'blocked', false],
    ],
  ],
  [
    'pings alone are called blocked',
    forward('DROP', '-p icmp -j ACCEPT'),
    [
      ['there', 'blocked', false],
      ['back', 'blocked', false],
    ],
  ],
  [
    'one protocol is partly',
    forward('DROP', '-p udp -j ACCEPT'),
    [
      ['there', 'partly', true],
      ['back', 'partly', true],
    ],
  ],
])('%s', (_, firewall, expected) => expect(brief(forwardVerdicts(firewall, [traffic()]))).toEqual(expected));

it('what this host sends itself is not forwarded', () => {
  expect(forwardVerdicts(forward('DROP'), [])).toEqual([]);
  expect(forwardVerdicts(forward('DROP'), [traffic({ forwarded: false })])).toEqual([]);
});

describe('by the place that stops them', () => {
  const at = (place: ReturnType<typeof rulePlace> | undefined, family: 'ip' | 'ip6' = 'ip'): ForwardVerdict => ({
    traffic: traffic({ family }),
    direction: 'there',
    verdict: 'blocked',
    answersPass: false,
    simulation: {
      verdict: 'drop',
      otherwise: 'drop',
      nat: [],
      uncertain: [],
      clamped: 'no',
      ...(place !== undefined && { decidedBy: place }),
    },
  });
  const rule = rulePlace('nft', { handle: 4, position: 1, text: 'drop' });

  it.each<[string, readonly ForwardVerdict[], readonly number[]]>([
    ['none', [], []],
    ['nothing that could be named', [at(undefined)], []],
    ['the same rule twice, though read twice', [at(rule), at(rulePlace('nft', { handle: 4, position: 1, text: 'drop' }))], [2]],
    ['a rule and a policy', [at(rule), at(rulePlace('nft')), at(rule)], [2, 1]],
    ['one rule of inet, both families: two changes', [at(rule), at(rule, 'ip6')], [1, 1]],
  ])('%s', (_, verdicts, sizes) => expect(byPlace(verdicts).map((group) => group.verdicts.length)).toEqual(sizes));
});
