import type { SelectorPair } from '../../model/connection.js';
import { contains, parseNetwork } from '../../wire/ip/network.js';
import type { AccessList, AccessLists } from './access-lists.js';
import type { NetworkObjects } from './objects.js';
import { begins, type CiscoStatement } from './statement.js';

/** A rule that gives traffic of the tunnel another source address before the crypto map sees it. */
export interface SwallowingRule {
  readonly file: string;
  readonly line: number;
  /** As written. */
  readonly text: string;
  /** IOS: the access list that says what is translated; `standard`: its entries, where it knows no destinations. */
  readonly list?: { readonly name: string; readonly standard?: AccessList['standard'] };
}

/** What a running-config does to the source address of traffic. */
export interface NatRules {
  /** The rule that translates this pair; undefined when none does, or an exemption comes first. */
  swallows(pair: SelectorPair): SwallowingRule | undefined;
  /** Whether source NAT is spoken of at all. */
  readonly any: boolean;
  /** `twice`: identity NAT since 8.3; `old`: `nat (inside) 0`; `ios`: a deny in the list of the overload. */
  readonly style: 'twice' | 'old' | 'ios';
  /** The list of `nat (inside) 0 access-list`: an interface has one. */
  readonly exemptList: string | undefined;
  /** Access lists are of two kinds and say so (PIX 7 and later). */
  readonly extended: boolean;
}

interface Rule extends SwallowingRule {
  readonly keeps: boolean;
  matches(pair: SelectorPair): boolean;
}

/**
 * Reads source NAT in the order in which the product applies it: exemptions of 8.2 and older (`nat (inside) 0 access-list`), twice NAT
 * (section 1), object NAT (section 2), `after-auto` (section 3); on IOS `ip nat inside source list`. Interfaces are not told apart.
 */
export function readNatRules(statements: readonly CiscoStatement[], objects: NetworkObjects, lists: AccessLists): NatRules {
  const networks = (name: string): readonly string[] | undefined => (name === 'any' ? ['0.0.0.0/0', '::/0'] : objects.networksOf(name));
  const covers = (name: string | undefined, network: string) => {
    const inner = parseNetwork(network);
    if (name === undefined) return true;
    return (networks(name) ?? []).some((each) => {
      const outer = parseNetwork(each);
      return inner !== undefined && outer !== undefined && contains(outer, inner);
    });
  };
  const exempt: Rule[] = [];
  const first: Rule[] = [];
  const second: Rule[] = [];
  const third: Rule[] = [];
  let style: NatRules['style'] = 'twice';
  let exemptList: string | undefined;
  for (const statement of statements) {
    const { words, file, line } = statement;
    const base = { file, line, text: words.join(' ') };
    if (begins(statement, 'nat')) {
      const source = words.indexOf('source');
      if (source > 0) {
        const [kind, real = '', mapped = ''] = words.slice(source + 1);
        const at = words.indexOf('destination');
        const [, destinationMapped, destinationReal] = at < 0 ? [] : words.slice(at + 1);
        const keeps = kind === 'static' && real === mapped;
        const rule: Rule = {
          ...base,
          keeps: keeps && (destinationMapped === undefined || destinationMapped === destinationReal),
          matches: ({ local, remote }) => covers(real, local.value) && covers(destinationReal, remote.value),
        };
        (words.includes('after-auto') ? third : first).push(rule);
      } else if (words.includes('access-list')) {
        style = 'old';
        const name = words[words.indexOf('access-list') + 1] ?? '';
        if (words[2] === '0') exemptList = name;
        const list = lists.find(name);
        const matches = (pair: SelectorPair) => list !== undefined && permits(list.pairs, pair);
        (words[2] === '0' ? exempt : second).push({ ...base, keeps: words[2] === '0', matches });
      } else if (/^\d+$/.test(words[2] ?? '')) {
        style = 'old';
        if (words[2] === '0') continue;
        const real = objects.masked(words[3] ?? '', words[4] ?? '')?.[0];
        second.push({
          ...base,
          keeps: false,
          matches: ({ local }) => real !== undefined && within(real.replace(/^0\.0\.0\.0\/.*$/, '0.0.0.0/0'), local.value),
        });
      }
    } else if (begins(statement, 'object', 'network')) {
      const nat = statement.sub.find((sub) => sub.words[0] === 'nat');
      const name = words[2] ?? '';
      if (nat !== undefined)
        second.push({
          file: nat.file,
          line: nat.line,
          text: nat.words.join(' '),
          keeps: false,
          matches: ({ local }) => covers(name, local.value),
        });
    } else if (begins(statement, 'ip', 'nat', 'inside', 'source')) {
      style = 'ios';
      const names = words[4] === 'list' ? [words[5] ?? ''] : words[4] === 'route-map' ? listsOfRouteMap(statements, words[5] ?? '') : [];
      const found = names.map((name) => lists.find(name)).filter((list) => list !== undefined);
      const [only] = found;
      second.push({
        ...base,
        keeps: false,
        matches: (pair) => found.some(({ pairs }) => permits(pairs, pair)),
        ...(found.length === 1 &&
          only !== undefined &&
          (only.standard === undefined || words[4] === 'list') && {
            list: { name: only.name, ...(only.standard !== undefined && { standard: only.standard }) },
          }),
      });
    }
  }
  const rules = [...exempt, ...first, ...second, ...third];
  return {
    any: rules.length > 0,
    style,
    exemptList,
    extended: statements.some((one) => begins(one, 'access-list') && one.words.includes('extended')),
    swallows: (pair) => {
      const hit = rules.find((rule) => rule.matches(pair));
      return hit === undefined || hit.keeps ? undefined : hit;
    },
  };
}

/** `route-map NAT permit 10` and below it `match ip address 100`: the mode's words are not indented where they were lost. */
function listsOfRouteMap(statements: readonly CiscoStatement[], name: string): readonly string[] {
  return statements
    .filter((statement) => begins(statement, 'route-map') && statement.words[1] === name)
    .flatMap(({ sub }) => sub.filter((line) => begins(line, 'match', 'ip', 'address')).flatMap(({ words }) => words.slice(3)));
}

function within(outer: string, inner: string): boolean {
  const [a, b] = [parseNetwork(outer), parseNetwork(inner)];
  return a !== undefined && b !== undefined && contains(a, b);
}

/** The first entry that covers the pair decides. */
export function permits(entries: readonly (SelectorPair & { readonly action: 'permit' | 'deny' })[], pair: SelectorPair): boolean {
  return (
    entries.find(({ local, remote }) => within(local.value, pair.local.value) && within(remote.value, pair.remote.value))?.action ===
    'permit'
  );
}
