import type { ConfigEnd } from '../effective/config-end.js';
import type { Edit } from './change.js';

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

  /** A command of the entry of the crypto map, in the way of its platform. */
  inMap(command: string): readonly Edit[] {
    const { connection, product } = this.#end;
    const [map = '', number = ''] = connection.name.split(' ');
    return this.behind(connection, product === 'ios' ? ` ${command}` : `crypto map ${map} ${number} ${command}`);
  }
}
