import type { Sourced } from '../../model/connection.js';
import type { Interfaces } from './interfaces.js';
import { begins, type CiscoStatement } from './statement.js';

/** One entry of a crypto map: `crypto map NAME 10 …`, in one line each (ASA) or in a mode (IOS). */
export interface CryptoMapEntry {
  readonly map: string;
  readonly sequence: number;
  readonly dynamic: boolean;
  readonly file: string;
  /** Of its first line. */
  readonly line: number;
  /** The dynamic map that the entry names. */
  readonly dynamicMap?: Sourced<string>;
  /** Commands behind the number: `set peer 192.0.2.1`. */
  readonly commands: readonly Sourced<readonly string[]>[];
}

/** Where a map is in force: the interface's name (ASA) or the interface itself (IOS). */
export interface AppliedMap {
  readonly map: string;
  readonly interface: Sourced<string>;
  readonly address?: Sourced<string>;
}

/** Entries of all maps, in the order in which the product looks at them. */
export function readCryptoMaps(statements: readonly CiscoStatement[]): readonly CryptoMapEntry[] {
  const entries = new Map<string, CryptoMapEntry & { readonly commands: Sourced<readonly string[]>[] }>();
  for (const statement of statements) {
    const dynamic = begins(statement, 'crypto', 'dynamic-map');
    if (!dynamic && !begins(statement, 'crypto', 'map')) continue;
    const { words, file, line } = statement;
    const [, , map = '', number = ''] = words;
    if (!/^\d+$/.test(number)) continue;
    const key = `${dynamic} ${map} ${number}`;
    const known = entries.get(key);
    const commands = known?.commands ?? [];
    const own = words.slice(4);
    const isType = own[0] === 'ipsec-isakmp' || own[0] === 'ipsec-manual';
    if (own.length > 0 && !isType) commands.push({ value: own, file, line });
    for (const sub of statement.sub) commands.push({ value: sub.words, file: sub.file, line: sub.line });
    const dynamicMap = own[0] === 'ipsec-isakmp' && own[1] === 'dynamic' ? { dynamicMap: { value: own[2] ?? '', file, line } } : {};
    entries.set(key, { map, sequence: Number(number), dynamic, file, line, ...known, commands, ...dynamicMap });
  }
  return [...entries.values()].toSorted((a, b) => (a.map < b.map ? -1 : a.map > b.map ? 1 : a.sequence - b.sequence));
}

/**
 * `crypto map NAME interface outside`, and on IOS `crypto map NAME` below an interface, with that interface's address, or that of the
 * one in `crypto map NAME local-address Loopback0`.
 */
export function readAppliedMaps(statements: readonly CiscoStatement[], interfaces: Interfaces): readonly AppliedMap[] {
  const applied = (map: string, name: string, { file, line }: CiscoStatement, address: Sourced<string> | undefined): AppliedMap => ({
    map,
    interface: { value: name, file, line },
    ...(address !== undefined && { address }),
  });
  const localAddress = (map: string) => {
    const found = statements.find((one) => begins(one, 'crypto', 'map') && one.words[2] === map && one.words[3] === 'local-address');
    return found === undefined ? undefined : interfaces.addressOfInterface(found.words.slice(4).join(''));
  };
  return [
    ...statements
      .filter((statement) => begins(statement, 'crypto', 'map') && statement.words[3] === 'interface')
      .map((statement) => {
        const [, , map = '', , name = ''] = statement.words;
        return applied(map, name, statement, interfaces.addressOfNamed(name));
      }),
    ...interfaces.all.flatMap((statement) =>
      statement.sub
        .filter((sub) => begins(sub, 'crypto', 'map'))
        .map((sub) => {
          const [, , map = ''] = sub.words;
          return applied(map, statement.words.slice(1).join(''), sub, localAddress(map) ?? interfaces.addressOf(statement));
        }),
    ),
  ];
}
