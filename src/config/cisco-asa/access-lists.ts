import type { SelectorPair, Sourced } from '../../model/connection.js';
import type { RemarkList } from '../source.js';
import { ANY4, ANY6, type NetworkObjects } from './objects.js';
import { begins, type CiscoPlatform, type CiscoStatement } from './statement.js';

/** An access list as a crypto map reads it: source is ours, destination the other end's. */
export interface AccessList {
  readonly name: string;
  readonly pairs: readonly (SelectorPair & { readonly action: 'permit' | 'deny' })[];
  /** A standard list of IOS, which knows sources alone: its entries as written (`10.0.0.0 0.255.255.255`, `any`). */
  readonly standard?: readonly { readonly action: 'permit' | 'deny'; readonly source: string }[];
}

interface Entry extends Sourced<readonly string[]> {
  /** Entries of IOS are numbered, in steps of ten where nobody said a number. */
  readonly number: number;
  readonly standard: boolean;
}

/** Numbers of standard lists (IOS). */
const isStandard = (name: string): boolean => {
  const number = /^\d+$/.test(name) ? Number(name) : 0;
  return (number >= 1 && number <= 99) || (number >= 1300 && number <= 1999);
};

/** Pairs of one list; more come from groups multiplied with groups. */
const MAX_PAIRS = 4096;

/** Reads the access lists that are asked for. Entries that cannot be selectors are remarked on and left out. */
export class AccessLists {
  readonly #entries = new Map<string, Entry[]>();
  readonly #objects: NetworkObjects;
  readonly #remarks: RemarkList;
  readonly #wildcards: boolean;
  readonly #read = new Map<string, AccessList>();

  constructor(statements: readonly CiscoStatement[], platform: CiscoPlatform, objects: NetworkObjects, remarks: RemarkList) {
    this.#objects = objects;
    this.#remarks = remarks;
    this.#wildcards = platform === 'ios';
    for (const statement of statements) {
      const { words, sub } = statement;
      if (begins(statement, 'access-list'))
        this.#add(words[1] ?? '', statement, words.slice(2), this.#wildcards && isStandard(words[1] ?? ''));
      else if (begins(statement, 'ip', 'access-list') && (words[2] === 'extended' || words[2] === 'standard'))
        for (const entry of sub) {
          const number = /^\d{1,10}$/.test(entry.words[0] ?? '') ? Number(entry.words[0]) : undefined;
          this.#add(words[3] ?? '', entry, number === undefined ? entry.words : entry.words.slice(1), words[2] === 'standard', number);
        }
    }
  }

  #add(name: string, { file, line }: CiscoStatement, words: readonly string[], standard: boolean, number?: number): void {
    const plain = words[0] === 'line' ? words.slice(2) : words;
    const entry = plain[0] === 'extended' ? plain.slice(1) : plain;
    if (entry[0] !== 'permit' && entry[0] !== 'deny') return;
    const list = this.#entries.get(name) ?? [];
    list.push({ value: entry, file, line, standard, number: number ?? (list.at(-1)?.number ?? 0) + 10 });
    this.#entries.set(name, list);
  }

  /** Undefined when there is no list of that name. */
  find(name: string): AccessList | undefined {
    const known = this.#read.get(name);
    const entries = this.#entries.get(name);
    if (known !== undefined || entries === undefined) return known;
    const pairs: AccessList['pairs'][number][] = [];
    for (const entry of entries.toSorted((a, b) => a.number - b.number)) {
      if (entry.value.includes('inactive')) continue;
      if (pairs.length < MAX_PAIRS) pairs.push(...this.#pairsOf(name, entry));
    }
    const standard = entries.every((entry) => entry.standard)
      ? entries.map(({ value: [action, ...source] }) => ({
          action: action === 'deny' ? ('deny' as const) : ('permit' as const),
          source: source.filter((word) => word !== 'log').join(' '),
        }))
      : undefined;
    const list = { name, pairs: pairs.slice(0, MAX_PAIRS), ...(standard !== undefined && { standard }) };
    this.#read.set(name, list);
    return list;
  }

  /** The pairs that a list lets into a tunnel; none when there is no such list. */
  permitted(name: string): readonly SelectorPair[] {
    return (this.find(name)?.pairs ?? []).filter(({ action }) => action === 'permit').map(({ action: _, ...pair }) => pair);
  }

  #pairsOf(name: string, { value, file, line, standard }: Entry): readonly AccessList['pairs'][number][] {
    const place = { file, line };
    const words = standard ? extended(value) : value;
    const cursor = { at: 1 };
    const protocol = this.#protocol(words, cursor);
    const source = this.#side(words, cursor);
    const sourcePort = port(words, cursor);
    const destination = this.#side(words, cursor);
    const destinationPort = port(words, cursor);
    if (source === undefined || destination === undefined || source.length === 0 || destination.length === 0) {
      this.#remarks.add({
        ...place,
        severity: 'warning',
        code: 'unresolved-access-list',
        text: `access-list ${name}: ${words.join(' ').slice(0, 80)}: a name or mask here is not to be resolved; the entry is left out of the comparison`,
      });
      return [];
    }
    const selector = (ports: string | undefined) => ({ ...place, value: ports === undefined ? protocol : `${protocol}/${ports}` });
    const action = words[0] === 'deny' ? 'deny' : 'permit';
    return source.flatMap((local) =>
      destination
        .filter((remote) => remote.includes(':') === local.includes(':'))
        .map((remote) => ({
          action,
          local: { ...place, value: local },
          remote: { ...place, value: remote },
          ...(protocol !== 'ip' && { localPort: selector(sourcePort), remotePort: selector(destinationPort) }),
        })),
    );
  }

  #protocol(words: readonly string[], cursor: { at: number }): string {
    const word = words[cursor.at++] ?? '';
    // A group of protocols or services: its contents are not looked at.
    if (word === 'object' || word === 'object-group') return `${word} ${words[cursor.at++] ?? ''}`;
    return word;
  }

  /** `any`, `any4`, `any6`, `host a`, `object n`, `object-group n`, `interface i`, address and mask or wildcard, IPv6 prefix. */
  #side(words: readonly string[], cursor: { at: number }): readonly string[] | undefined {
    const word = words[cursor.at++] ?? '';
    switch (word) {
      case 'any':
        // Since 9.0 it is either family; the tunnels that people compare are of one.
        return [ANY4];
      case 'any4':
        return [ANY4];
      case 'any6':
        return [ANY6];
      case 'host': {
        const address = this.#objects.address(words[cursor.at++] ?? '');
        return address.includes(':')
          ? [`${address}/128`]
          : this.#objects.masked(address, this.#wildcards ? '0.0.0.0' : '255.255.255.255', true);
      }
      case 'object':
      case 'object-group':
        return this.#objects.networksOf(words[cursor.at++] ?? '');
      case 'interface':
        cursor.at++;
        return undefined;
      default:
        if (word.includes('/')) return [word];
        return this.#objects.masked(word, words[cursor.at++] ?? '', true);
    }
  }
}

/** An entry of a standard list as one of an extended list; an address alone is a host. */
function extended([action = '', ...source]: readonly string[]): readonly string[] {
  const words = source.filter((word) => word !== 'log');
  return [action, 'ip', ...(words.length === 1 && words[0] !== 'any' ? ['host', ...words] : words), 'any'];
}

/** `eq 80`, `range 1 9`, `object-group SERVICES`. */
function port(words: readonly string[], cursor: { at: number }): string | undefined {
  const word = words[cursor.at];
  if (word === 'eq' || word === 'gt' || word === 'lt' || word === 'neq') {
    cursor.at += 2;
    const value = words[cursor.at - 1] ?? '';
    return word === 'eq' ? value : `${word} ${value}`;
  }
  if (word !== 'range') return undefined;
  cursor.at += 3;
  return `${words[cursor.at - 2] ?? ''}-${words[cursor.at - 1] ?? ''}`;
}
