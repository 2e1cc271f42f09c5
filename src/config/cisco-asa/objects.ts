import { parseIpv4 } from '../../wire/ip/address.js';
import { formatNetwork, networksOfRange, parseNetwork, prefixOfMask } from '../../wire/ip/network.js';
import { begins, type CiscoPlatform, type CiscoStatement } from './statement.js';

/** Groups nest this deep at most; one that names itself ends here too. */
const MAX_DEPTH = 20;

/** More networks than this in one name are nothing that a person compares. */
const MAX_NETWORKS = 4096;

/** Everything. */
export const ANY4 = '0.0.0.0/0';
export const ANY6 = '::/0';

/** What `name`, `object network` and `object-group network` stand for. */
export class NetworkObjects {
  readonly #objects = new Map<string, CiscoStatement>();
  readonly #groups = new Map<string, CiscoStatement>();
  readonly #names = new Map<string, string>();
  readonly #platform: CiscoPlatform;

  constructor(statements: readonly CiscoStatement[], platform: CiscoPlatform) {
    this.#platform = platform;
    for (const statement of statements) {
      const [, , name = ''] = statement.words;
      if (begins(statement, 'object', 'network')) this.#objects.set(name, statement);
      else if (begins(statement, 'object-group', 'network')) this.#groups.set(name, statement);
      else if (begins(statement, 'name') && parseIpv4(statement.words[1] ?? '') !== undefined)
        this.#names.set(name, statement.words[1] ?? '');
    }
  }

  /** An address as written, or that of a `name`. */
  address(text: string): string {
    return this.#names.get(text) ?? text;
  }

  /** Networks of an object or group, CIDR; undefined when there is none of that name, or it holds what is no network (fqdn). */
  networksOf(name: string, depth = 0): readonly string[] | undefined {
    if (depth > MAX_DEPTH) return undefined;
    const object = this.#objects.get(name);
    if (object !== undefined) {
      const found = object.sub.map((statement) => this.#ofLine(statement.words)).find((networks) => networks !== undefined);
      return found;
    }
    const group = this.#groups.get(name);
    if (group === undefined) return undefined;
    const all: string[] = [];
    for (const { words } of group.sub) {
      const [word, second = ''] = words;
      if (word === 'description') continue;
      const networks =
        word === 'group-object'
          ? this.networksOf(second, depth + 1)
          : word === 'network-object' && second === 'object'
            ? this.networksOf(words[2] ?? '', depth + 1)
            : this.#ofLine(word === 'network-object' ? words.slice(1) : words);
      if (networks === undefined) return undefined;
      all.push(...networks);
      if (all.length > MAX_NETWORKS) return undefined;
    }
    return all;
  }

  /** `host 10.0.0.1`, `subnet 10.0.0.0 255.0.0.0`, `range a b`, `10.0.0.0 255.0.0.0`, `2001:db8::/32`. */
  #ofLine(words: readonly string[]): readonly string[] | undefined {
    const [word = '', second = '', third = ''] = words;
    if (word === 'host') return networkList(this.address(second));
    if (word === 'subnet') return second.includes('/') ? networkList(second) : this.masked(second, third);
    if (word === 'range') {
      const [first, last] = [parseIpv4(this.address(second)), parseIpv4(this.address(third))];
      return first === undefined || last === undefined ? undefined : networksOfRange(first, last).map(formatNetwork);
    }
    if (word === 'any') return [ANY4];
    return word.includes('/') ? networkList(word) : this.masked(word, second);
  }

  /** Address and mask; objects of IOS have netmasks like those of the ASA. */
  masked(address: string, mask: string, wildcard = false): readonly string[] | undefined {
    const prefix = prefixOfMask(mask, wildcard && this.#platform === 'ios');
    return prefix === undefined ? undefined : networkList(`${this.address(address)}/${prefix}`);
  }
}

function networkList(text: string): readonly string[] | undefined {
  const network = parseNetwork(text);
  return network === undefined ? undefined : [formatNetwork(network)];
}
