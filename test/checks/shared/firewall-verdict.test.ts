import { expect, it } from 'vitest';
import { doubtsInWords, placeAsEvidence, placeInWords, placeKey, verdictOf } from '../../../src/checks/shared/firewall-verdict.js';
import type { Simulation } from '../../../src/host/linux/firewall/simulation.js';
import { rulePlace } from '../../support/rule-places.js';

const place = rulePlace('nft', { handle: 9, position: 3, text: 'udp dport 500 drop' });
const depends = (otherwise: 'accept' | 'drop', ...reasons: string[]): Simulation => ({
  verdict: 'depends',
  otherwise,
  nat: [],
  uncertain: reasons.map((why) => ({ place, verdict: 'accept', why })),
  clamped: 'no',
});

it.each([
  ['accepted', { ...depends('accept'), verdict: 'accept' }, 'passes'],
  ['dropped', { ...depends('drop'), verdict: 'drop' }, 'blocked'],
  ['a limit before a drop lets the first ones pass', depends('drop', 'rate limit'), 'passes'],
  ['a list before a drop', depends('drop', 'set friends'), 'unsure'],
  ['a list before an accept', depends('accept', 'set blocked'), 'passes'],
  ['a list of one family', depends('accept', 'ip6 saddr @blocked'), 'passes'],
  ['what was left open', depends('drop', 'protocol', 'destination port'), 'partly'],
  ['what was left open, several in one rule', depends('drop', 'source address, icmp type'), 'partly'],
  ['left open beside a list', depends('drop', 'protocol', 'geoip'), 'partly'],
  ['left open beside what cannot be seen', depends('drop', 'protocol', 'u32'), 'unsure'],
  ['what cannot be seen in the same rule', depends('accept', 'protocol, u32'), 'unsure'],
] as const)('%s', (_, simulation, verdict) => expect(verdictOf(simulation)).toBe(verdict));

it.each([
  ['a rule of nft', place, 'nft inet filter forward, handle 9', 'nft inet filter forward, handle 9: udp dport 500 drop'],
  ['a policy of nft', rulePlace('nft'), 'nft inet filter forward, policy drop', 'nft inet filter forward, policy drop'],
  [
    'a rule of iptables',
    rulePlace('iptables-nft', { position: 2, text: '-A FORWARD -j DROP' }),
    'iptables-nft filter FORWARD, rule 2',
    'iptables-nft filter FORWARD, rule 2: -A FORWARD -j DROP',
  ],
] as const)('%s', (_, where, words, evidence) => {
  expect(placeInWords(where)).toBe(words);
  expect(placeAsEvidence(where)).toBe(evidence);
  expect(placeKey(where)).toBe(words);
});

it('no place', () => expect(placeKey(undefined)).toBe(''));

it.each([
  [[], ''],
  [['rate limit'], 'rate limit (nft inet filter forward, handle 9)'],
  [['set a', 'set b', 'set c'], 'set a (nft inet filter forward, handle 9) and 2 more'],
])('doubts about %j', (reasons, words) => expect(doubtsInWords(depends('drop', ...reasons).uncertain)).toBe(words));
