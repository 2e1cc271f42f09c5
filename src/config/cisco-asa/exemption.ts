import type { SelectorPair } from '../../model/connection.js';
import { addressAndMask, listAddress, objectAddress } from './address-and-mask.js';
import type { NatRules, SwallowingRule } from './nat-exemption.js';

/** Commands that keep NAT away from pairs of networks, and beside them the rule that would take them, as it is to stand there. */
export function exemption(
  pairs: readonly SelectorPair[],
  { style, exemptList, extended }: NatRules,
  rule: SwallowingRule,
  name: string,
): string {
  if (style === 'ios') return denied(pairs, rule);
  if (style === 'old') {
    const list = exemptList ?? 'NONAT';
    const entries = pairs.map(
      ({ local, remote }) =>
        `access-list ${list} ${extended ? 'extended ' : ''}permit ip ${listAddress(local.value)} ${listAddress(remote.value)}`,
    );
    const [from = 'inside'] = interfacesOf(rule.text);
    return [rule.text, ...entries, ...(exemptList === undefined ? [`nat (${from}) 0 access-list ${list}`] : [])].join('\n');
  }
  const [from = 'inside', to = 'outside'] = interfacesOf(rule.text);
  const [here, there] = (['local', 'remote'] as const).map((side) => `vpn-${name.replace(/[^\w-]+/g, '-')}-${side}`.slice(-MAX_NAME));
  const networks = (side: 'local' | 'remote') => [...new Set(pairs.map((pair) => pair[side].value))];
  const identity = [
    ...named(here ?? '', networks('local')),
    ...named(there ?? '', networks('remote')),
    `nat (${from},${to}) source static ${here} ${here} destination static ${there} ${there} no-proxy-arp route-lookup`,
  ].join('\n');
  // Of two rules of one section, the first counts; one of an object stands in its mode.
  return rule.text.includes('source') ? `${identity}\n${rule.text}` : ` ${rule.text}\n${identity}`;
}

/** Characters of the name of an object. */
const MAX_NAME = 64;

/** `(inside,outside)`, `(inside)`: the interfaces that a rule is for. */
function interfacesOf(rule: string): readonly string[] {
  return (
    /^nat \(([^)]*)\)/
      .exec(rule)?.[1]
      ?.split(',')
      .map((word) => word.trim()) ?? []
  );
}

/** One network as an object, several as a group of objects. */
function named(name: string, networks: readonly string[]): readonly string[] {
  return networks.length === 1
    ? [`object network ${name}`, ` ${objectAddress(networks[0] ?? '')}`]
    : [`object-group network ${name}`, ...networks.map((network) => ` network-object ${addressAndMask(network)}`)];
}

/** On a router the list of the overload denies what is not to be translated, before it permits the rest. */
function denied(pairs: readonly SelectorPair[], { text, list }: SwallowingRule): string {
  const denies = pairs.map(({ local, remote }) => `deny ip ${listAddress(local.value, true)} ${listAddress(remote.value, true)}`);
  if (list === undefined) return `${text}\n! before the permit in its list: ${denies.join('; ')}`;
  if (list.standard === undefined)
    return [text, `ip access-list extended ${list.name}`, ...denies.map((entry, i) => ` ${i + 1} ${entry}`)].join('\n');
  // A standard list knows no destinations.
  const name = `NAT-${list.name}`;
  const entries = [...denies, ...list.standard.map(({ action, source }) => `${action} ip ${source} any`)];
  return [`ip access-list extended ${name}`, ...entries.map((entry) => ` ${entry}`), text.replace(/( list )\S+/, `$1${name}`)].join('\n');
}
