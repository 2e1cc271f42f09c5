import type { ConfigEnd } from '../effective/config-end.js';
import type { Edit } from './change.js';
import { literal } from './literal.js';

/** A line of a file. */
export type Place = { readonly file: string; readonly line: number };

export function placeOf({ file, line }: Place): Place {
  return { file, line };
}

/** Lines of a running-config by place, and edits of them. */
export class CiscoLines {
  readonly #end: ConfigEnd;
  readonly #lines: readonly string[];

  constructor(end: ConfigEnd) {
    this.#end = end;
    this.#lines = (end.texts.get(end.connection.file) ?? '').split('\n').map((line) => line.replace(/\r$/, ''));
  }

  text({ line }: Place): string {
    return this.#lines[line - 1] ?? '';
  }

  get first(): Place {
    return { file: this.#end.connection.file, line: 1 };
  }

  hasText(pattern: RegExp): boolean {
    return this.#lines.some((line) => pattern.test(line));
  }

  find(pattern: RegExp): Place | undefined {
    return this.all(pattern)[0];
  }

  all(pattern: RegExp): readonly Place[] {
    return this.#lines.flatMap((line, i) => (pattern.test(line) ? [{ file: this.#end.connection.file, line: i + 1 }] : []));
  }

  replace(place: Place, pattern: RegExp, by: string | ((match: string, ...groups: string[]) => string)): readonly Edit[] {
    const text = this.text(place);
    return [{ ...placeOf(place), how: 'replace', text: typeof by === 'string' ? text.replace(pattern, by) : text.replace(pattern, by) }];
  }

  behind(place: Place, text: string): readonly Edit[] {
    return [{ ...placeOf(place), how: 'behind', text }];
  }

  remove(place: Place): readonly Edit[] {
    return place.line > 0 ? [{ ...placeOf(place), how: 'delete', text: '' }] : [];
  }

  /** A setting of the policy of phase 1 that has a line: in its mode, or, on a PIX 6, which has none, behind its number. */
  inPolicy(policy: Place, setting: string): readonly Edit[] {
    const head = /^\s*(isakmp policy \d+) /.exec(this.text(policy))?.[1] ?? '';
    return this.behind(policy, `${head} ${setting}`);
  }

  /** Whether nothing else begins between the head of a mode and a line. */
  sameMode(head: Place, { line }: Place): boolean {
    return !this.#lines.slice(head.line, Math.max(line, head.line)).some((text) => /^\s*(crypto|interface) /.test(text));
  }

  /** The head of the IKE profile that the connection names (IOS). */
  get profile(): Place | undefined {
    const { other } = this.#end.connection;
    const named = other.find(({ key }) => key === 'set ikev2-profile' || key === 'set isakmp-profile');
    if (named === undefined) return undefined;
    const kind = named.key.replace(/^set |-profile$/g, '');
    return this.find(new RegExp(`^\\s*crypto ${kind} profile ${literal(named.value.value)}(\\s|$)`));
  }

  /** What a pattern's first group takes of the lines of that profile. */
  inProfile(pattern: RegExp): string | undefined {
    const head = this.profile;
    if (head === undefined) return undefined;
    const rest = this.#lines.slice(head.line);
    const end = rest.findIndex((line) => /^\s*(crypto|interface) /.test(line));
    return rest
      .slice(0, end < 0 ? undefined : end)
      .map((line) => pattern.exec(line)?.[1])
      .find((found) => found !== undefined);
  }

  /** A command of the entry of the crypto map, or of the profile of a tunnel interface, in the way of its platform. */
  inMap(command: string): readonly Edit[] {
    const { connection, product } = this.#end;
    if (/^\s*int/.test(this.text(connection))) {
      const names = this.#lines.slice(connection.line).map((line) => /^\s*tunnel protection ipsec profile (\S+)/.exec(line)?.[1]);
      const name = names.find((found) => found !== undefined) ?? '';
      const profile = this.find(new RegExp(`^\\s*crypto ipsec profile ${literal(name)}\\s*$`));
      return profile === undefined ? [] : this.behind(profile, ` ${command}`);
    }
    // Of a dynamic entry the commands stand in the dynamic map.
    const head = /^\s*(crypto (?:dynamic-)?map \S+ \d+)/.exec(this.text(connection))?.[1] ?? '';
    return this.behind(connection, product === 'ios' ? ` ${command}` : `${head} ${command}`);
  }
}
