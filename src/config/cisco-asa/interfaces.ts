import type { Sourced } from '../../model/connection.js';
import { contains, type Network, parseNetwork } from '../../wire/ip/network.js';
import { begins, type CiscoStatement } from './statement.js';

/** The interfaces of a box: where a crypto map is applied, where a tunnel begins. */
export class Interfaces {
  readonly #interfaces: readonly CiscoStatement[];
  readonly #statements: readonly CiscoStatement[];
  readonly #resolve: (text: string) => string;

  /** `resolve`: an address as written, or that of a `name`. */
  constructor(statements: readonly CiscoStatement[], resolve: (text: string) => string) {
    this.#statements = statements;
    this.#interfaces = statements.filter((statement) => begins(statement, 'interface'));
    this.#resolve = resolve;
  }

  get all(): readonly CiscoStatement[] {
    return this.#interfaces;
  }

  /** Address of an interface; undefined where it is none that is written down (`dhcp`, `pppoe setroute`, `negotiated`, `unnumbered`). */
  addressOf(statement: CiscoStatement): Sourced<string> | undefined {
    const found = statement.sub.find(({ words }) => words[0] === 'ip' && words[1] === 'address' && words.at(-1) !== 'secondary');
    return found === undefined ? undefined : this.#sourced(found, found.words[2]);
  }

  /** By `nameif`, as an ASA speaks of its interfaces; PIX before 7 has `ip address outside 192.0.2.1 255.255.255.0`. */
  addressOfNamed(name: string): Sourced<string> | undefined {
    const at = this.#interfaces.find(({ sub }) => sub.some(({ words }) => words[0] === 'nameif' && words[1] === name));
    if (at !== undefined) return this.addressOf(at);
    const old = this.#statements.find(({ words }) => words[0] === 'ip' && words[1] === 'address' && words[2] === name);
    return old === undefined ? undefined : this.#sourced(old, old.words[3]);
  }

  /** By the interface itself, `GigabitEthernet0/1`, blanks and abbreviations (`Gi0/1`) as routers take them. */
  addressOfInterface(name: string): Sourced<string> | undefined {
    const at = this.#named(name);
    return at === undefined ? undefined : this.addressOf(at);
  }

  /**
   * Through which interface a router's packets for an address leave: the one in its network, that of the route, or, where nothing is
   * known of routes, the only one outside of NAT, or the only one that there is. Undefined: it is not to be told from the file.
   */
  towards(address: string): CiscoStatement | undefined {
    const wanted = parseNetwork(address);
    if (wanted === undefined) return undefined;
    const connected = this.#around(wanted);
    if (connected !== undefined) return connected;
    const routes = this.#statements.flatMap((statement) => {
      const [ip, route, base = '', mask = '', hop = '', ...more] = statement.words;
      const network = ip === 'ip' && route === 'route' ? parseNetwork(`${base}/${mask}`) : undefined;
      if (network === undefined || !contains(network, wanted)) return [];
      // A distance stands behind the next hop or behind the interface and the hop.
      const distance = Number(more.find((word) => /^\d+$/.test(word)) ?? 1);
      const gateway = parseNetwork(hop);
      return [{ prefix: network.prefix, distance, at: gateway === undefined ? this.#named(hop) : this.#around(gateway) }];
    });
    const [best] = routes.toSorted((a, b) => b.prefix - a.prefix || a.distance - b.distance);
    const outside = this.#interfaces.filter(({ sub }) => sub.some((each) => begins(each, 'ip', 'nat', 'outside')));
    const alone = outside.length > 0 ? outside : this.#interfaces.filter((one) => this.addressOf(one) !== undefined);
    const equal = routes.filter(({ prefix, distance }) => prefix === best?.prefix && distance === best.distance);
    const found = new Set(best === undefined ? alone : equal.map(({ at }) => at));
    return found.size === 1 ? [...found][0] : undefined;
  }

  /** The interface with an address in the same network. */
  #around(address: Network): CiscoStatement | undefined {
    return this.#interfaces.find(({ sub }) =>
      sub.some(({ words: [ip, word, own = '', mask = ''] }) => {
        const network = ip === 'ip' && word === 'address' ? parseNetwork(`${own}/${mask}`) : undefined;
        return network !== undefined && contains(network, address);
      }),
    );
  }

  #named(name: string): CiscoStatement | undefined {
    const [, letters = '', numbers = ''] = /^([a-z-]+)(.*)$/.exec(plainName(name)) ?? [];
    return this.#interfaces.find(({ words }) => {
      const [, own = '', number = ''] = /^([a-z-]+)(.*)$/.exec(plainName(words.slice(1).join(''))) ?? [];
      return letters !== '' && own.startsWith(letters) && number === numbers;
    });
  }

  #sourced({ file, line }: CiscoStatement, text: string | undefined): Sourced<string> | undefined {
    const value = this.#resolve(text ?? '');
    return /^(dhcp|pppoe|negotiated|)$/i.test(value) ? undefined : { value, file, line };
  }
}

function plainName(name: string): string {
  return name.replace(/\s+/g, '').toLowerCase();
}
