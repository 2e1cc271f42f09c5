import type { Sourced } from '../../model/connection.js';
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

/** `crypto map NAME interface outside`, and on IOS `crypto map NAME` below an interface, with that interface's address. */
export function readAppliedMaps(statements: readonly CiscoStatement[], address: (text: string) => string): readonly AppliedMap[] {
  const interfaces = statements.filter((statement) => begins(statement, 'interface'));
  const addressOf = (statement: CiscoStatement): Sourced<string> | undefined => {
    const found = statement.sub.find(({ words }) => words[0] === 'ip' && words[1] === 'address' && words[2] !== undefined);
    return found === undefined ? undefined : { value: address(found.words[2] ?? ''), file: found.file, line: found.line };
  };
  const applied: AppliedMap[] = [];
  for (const statement of statements) {
    if (!begins(statement, 'crypto', 'map') || statement.words[3] !== 'interface') continue;
    const name = statement.words[4] ?? '';
    const at = interfaces.find(({ sub }) => sub.some(({ words }) => words[0] === 'nameif' && words[1] === name));
    // PIX before 7: "ip address outside 192.0.2.1 255.255.255.0".
    const old = statements.find(({ words }) => words[0] === 'ip' && words[1] === 'address' && words[2] === name);
    const found =
      at === undefined ? (old === undefined ? undefined : { value: old.words[3] ?? '', file: old.file, line: old.line }) : addressOf(at);
    applied.push({
      map: statement.words[2] ?? '',
      interface: { value: name, file: statement.file, line: statement.line },
      ...(found !== undefined && { address: found }),
    });
  }
  for (const statement of interfaces)
    for (const sub of statement.sub) {
      if (!begins(sub, 'crypto', 'map')) continue;
      const found = addressOf(statement);
      applied.push({
        map: sub.words[2] ?? '',
        interface: { value: statement.words.slice(1).join(''), file: sub.file, line: sub.line },
        ...(found !== undefined && { address: found }),
      });
    }
  return applied;
}
