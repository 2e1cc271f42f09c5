import { describe, expect, it } from 'vitest';
import { insertRule, managerOf, peersAsMatch } from '../../../src/checks/shared/firewall-change.js';
import { parseIptablesSave } from '../../../src/host/linux/firewall/iptables-save.js';
import { parseNftListing, readNftRuleset } from '../../../src/host/linux/firewall/nft-ruleset.js';
import type { RulePlace } from '../../../src/host/linux/firewall/simulation.js';
import { chain, rule, table } from '../../support/gateway.js';

const newRule = { nft: ['udp dport 500 accept'], iptables: ['-p udp --dport 500 -j ACCEPT'], purpose: 'IKE in' };

function nftPlace(name: string, withRule: boolean, family = 'inet', hook = 'input'): RulePlace {
  const [found] = readNftRuleset(
    [table(family, name), chain(family, name, 'input', hook, 'drop'), rule(family, name, 'input', 7, { drop: null })],
    parseNftListing(''),
  );
  const input = found?.chains.get('input');
  if (found === undefined || input === undefined) throw new TypeError('no chain');
  return { table: found, chain: input, ...(withRule && input.rules[0] && { rule: input.rules[0] }) };
}

function iptablesPlace(text: string, tool: string, chainName: string, position?: number): RulePlace {
  const [found] = parseIptablesSave(text, tool.startsWith('ip6') ? 'ip6' : 'ip', tool);
  const within = found?.chains.get(chainName);
  if (found === undefined || within === undefined) throw new TypeError('no chain');
  const decided = position === undefined ? undefined : within.rules[position - 1];
  return { table: found, chain: within, ...(decided && { rule: decided }) };
}

const nat = '*nat\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -j RETURN\n-A POSTROUTING -j MASQUERADE\n';

describe('insertRule', () => {
  it.each<[string, RulePlace, string, string | RegExp]>([
    [
      'before a rule of nft',
      nftPlace('t', true),
      `nft insert rule inet t input handle 7 'udp dport 500 accept comment "vpndoctor: IKE in"'`,
      /^nft delete rule inet t input handle "\$\(nft -a list chain inet t input \| sed/,
    ],
    [
      'at the ingress of a device: the family is netdev',
      nftPlace('t', true, 'netdev', 'ingress'),
      `nft insert rule netdev t input handle 7 'udp dport 500 accept comment "vpndoctor: IKE in"'`,
      /^nft delete rule netdev t input handle "\$\(nft -a list chain netdev t input \| sed/,
    ],
    [
      'behind the last, where the policy of nft decided',
      nftPlace('t', false),
      `nft add rule inet t input 'udp dport 500 accept comment "vpndoctor: IKE in"'`,
      /^nft delete rule/,
    ],
    [
      'before a rule of iptables',
      iptablesPlace(nat, 'iptables-nft-save', 'POSTROUTING', 2),
      'iptables-nft -t nat -I POSTROUTING 2 -p udp --dport 500 -j ACCEPT',
      'iptables-nft -t nat -D POSTROUTING -p udp --dport 500 -j ACCEPT',
    ],
    [
      'behind the last of ip6tables',
      iptablesPlace('*filter\n:INPUT DROP [0:0]\n', 'ip6tables-legacy-save', 'INPUT'),
      'ip6tables-legacy -A INPUT -p udp --dport 500 -j ACCEPT',
      'ip6tables-legacy -D INPUT -p udp --dport 500 -j ACCEPT',
    ],
  ])('%s', (_, place, apply, undo) => {
    const { fix, mend } = insertRule(place, newRule);
    expect(mend.map((each) => each.apply)).toEqual([apply]);
    expect(mend[0]?.undo).toMatch(undo);
    expect(fix[0]?.text).toBe(`as root:\n${apply}`);
    expect(fix[1]?.text).toMatch(/^to keep it/);
  });

  it('leaves the rules of firewalld and ufw to them', () => {
    const commands = { apply: 'firewall-cmd --permanent --add-service=ipsec', undo: 'firewall-cmd --permanent --remove-service=ipsec' };
    expect(insertRule(nftPlace('firewalld', true), { ...newRule, firewalld: commands }).mend).toEqual([{ comment: 'IKE in', ...commands }]);
    const { fix, mend } = insertRule(nftPlace('firewalld', true), newRule);
    expect([fix.length, mend.length]).toEqual([1, 0]);
    expect(fix[0]?.text).toMatch(/^firewalld writes these rules/);
  });
});

it('knows who writes the rules', () => {
  expect(managerOf(iptablesPlace('*filter\n:INPUT DROP [0:0]\n:ufw-before-input - [0:0]\n', 'iptables-save', 'INPUT'))).toBe('ufw');
  expect(managerOf(iptablesPlace('*filter\n:INPUT DROP [0:0]\n:IN_public - [0:0]\n', 'iptables-save', 'INPUT'))).toBe('firewalld');
  expect(managerOf(iptablesPlace('*filter\n:INPUT DROP [0:0]\n:MINE - [0:0]\n', 'iptables-save', 'MINE'))).toBeUndefined();
  expect(managerOf(nftPlace('firewalld', false))).toBe('firewalld');
});

it.each([
  [['192.0.2.1'], 'ip saddr 192.0.2.1 ', '-s 192.0.2.1 '],
  [['192.0.2.1', '192.0.2.2', '192.0.2.1'], 'ip saddr { 192.0.2.1, 192.0.2.2 } ', '-s 192.0.2.1,192.0.2.2 '],
  [['192.0.2.1', undefined], '', ''],
  [Array.from({ length: 17 }, (_, at) => `192.0.2.${at}`), '', ''],
])('peers %j', (peers, nft, iptables) => {
  expect(peersAsMatch(peers, 'ip', 'source')).toEqual({ nft, iptables });
});
