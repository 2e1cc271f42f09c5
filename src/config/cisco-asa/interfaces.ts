import type { Sourced } from '../../model/connection.js';
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
    const [, letters = '', numbers = ''] = /^([a-z-]+)(.*)$/.exec(plainName(name)) ?? [];
    const at = this.#interfaces.find(({ words }) => {
      const [, own = '', number = ''] = /^([a-z-]+)(.*)$/.exec(plainName(words.slice(1).join(''))) ?? [];
      return letters !== '' && own.startsWith(letters) && number === numbers;
    });
    return at === undefined ? undefined : this.addressOf(at);
  }

  #sourced({ file, line }: CiscoStatement, text: string | undefined): Sourced<string> | undefined {
    const value = this.#resolve(text ?? '');
    return /^(dhcp|pppoe|negotiated|)$/i.test(value) ? undefined : { value, file, line };
  }
}

function plainName(name: string): string {
  return name.replace(/\s+/g, '').toLowerCase();
}
