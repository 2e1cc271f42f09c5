import type { Sourced } from '../../model/connection.js';
import type { ConfigEnd } from '../effective/config-end.js';
import type { Edit } from './change.js';

/** The lines of one `conn`, and where new ones go. */
export class ConnLines {
  readonly #end: ConfigEnd;
  readonly #lines: readonly string[];

  constructor(end: ConfigEnd) {
    this.#end = end;
    this.#lines = (end.texts.get(end.connection.file) ?? '').split('\n');
  }

  has(key: string): boolean {
    return this.#find(key) !== undefined;
  }

  /** `key=value` in place of the first of the keys that is there, or as a new line. */
  set(keys: readonly string[], value: string): readonly Edit[] {
    const text =
      /[\s,;]/.test(value) && (this.#end.product !== 'strongswan' || /\s/.test(value)) && /\s/.test(value) && !value.startsWith('{')
        ? `"${value}"`
        : value;
    for (const key of keys) {
      const found = this.#find(key);
      if (found === undefined) continue;
      if (found.text.slice(found.text.indexOf('=') + 1).trim() === text) return [];
      const section = this.#sectionOf(found);
      // Openswan and libreswan refuse a key that also= brings a second time; %default, and all of it in strongSwan, is overruled.
      if (section === '%default' || (section !== undefined && this.#end.product === 'strongswan')) return [this.#first(key, text)];
      const others = section === undefined ? [] : this.#others(section);
      const indent = /^\s*/.exec(found.text)?.[0] ?? '\t';
      return [
        { file: found.file, line: found.line, how: 'replace', text: `${indent}${key}=${text}`, ...(others.length > 0 && { others }) },
      ];
    }
    return [this.#first(keys[0] ?? '', text)];
  }

  /** A new line under the name of the connection. */
  #first(key: string, text: string): Edit {
    const { file, line } = this.#end.connection;
    return { file, line, how: 'behind', text: `\t${key}=${text}` };
  }

  /** New lines behind the last of the connection. */
  below(text: string): Edit {
    const { file, line } = this.#end.connection;
    const rest = this.#lines.slice(line);
    const next = rest.findIndex((each) => /^[^\s#]/.test(each));
    const last = (next < 0 ? rest : rest.slice(0, next)).findLastIndex((each) => /^\s+[^\s#]/.test(each));
    return { file, line: line + last + 1, how: 'behind', text };
  }

  remove(key: string): readonly Edit[] {
    const found = this.#find(key);
    return found === undefined ? [] : [{ file: found.file, line: found.line, how: 'delete', text: '' }];
  }

  /** The same in `config setup`, which is made where there is none. */
  setup(key: string, value: string): readonly Edit[] {
    const { file } = this.#end.connection;
    const at = this.#lines.findIndex((line) => new RegExp(`^\\s+${key}\\s*=`, 'i').test(line));
    if (at >= 0) return [{ file, line: at + 1, how: 'replace', text: `\t${key}=${value}` }];
    const section = this.#lines.findIndex((line) => /^config\s+setup/.test(line));
    if (section < 0) return [];
    return [{ file, line: section + 1, how: 'behind', text: `\t${key}=${value}` }];
  }

  /** Where a key is set for this connection: in its own section, else in one that it includes, else in `%default`. */
  #find(key: string): { readonly file: string; readonly line: number; readonly text: string; readonly own: boolean } | undefined {
    const { file, line } = this.#end.connection;
    const pattern = new RegExp(`^\\s+${key.replace(/[-_]/g, '[-_]')}\\s*=`, 'i');
    for (let at = line; at < this.#lines.length; at++) {
      const text = this.#lines[at] ?? '';
      if (/^\S/.test(text) && !text.startsWith('#')) break;
      if (pattern.test(text)) return { file, line: at + 1, text, own: true };
    }
    const sources = this.#places();
    for (const place of sources) {
      const text = (this.#end.texts.get(place.file) ?? '').split('\n')[place.line - 1] ?? '';
      if (pattern.test(text)) return { file: place.file, line: place.line, text, own: false };
    }
    return undefined;
  }

  /** The name of the section that a line stands in; undefined for the connection's own. */
  #sectionOf({ file, line, own }: { readonly file: string; readonly line: number; readonly own: boolean }): string | undefined {
    if (own) return undefined;
    const above = (this.#end.texts.get(file) ?? '').split('\n').slice(0, line);
    return above.map((text) => /^conn\s+(\S+)/.exec(text)?.[1]).findLast((name) => name !== undefined);
  }

  /** Other connections that include a section. */
  #others(section: string): readonly string[] {
    const names = new Set<string>();
    for (const text of this.#end.texts.values()) {
      let name = '';
      for (const line of text.split('\n')) {
        name = /^conn\s+(\S+)/.exec(line)?.[1] ?? name;
        if (/^\s+also\s*=\s*(\S+)/.exec(line)?.[1] === section) names.add(name);
      }
    }
    // Connections of several networks have a number behind their name.
    names.delete(this.#end.connection.name.replace(/\/.*$/, ''));
    return [...names];
  }

  /** Every place that the connection has a value from. */
  #places(): readonly Pick<Sourced<unknown>, 'file' | 'line'>[] {
    const found: Pick<Sourced<unknown>, 'file' | 'line'>[] = [];
    const walk = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      if ('file' in value && 'line' in value && typeof value.file === 'string' && typeof value.line === 'number' && value.line > 0)
        found.push({ file: value.file, line: value.line });
      for (const inner of Object.values(value)) walk(inner);
    };
    const { name: _, ...values } = this.#end.connection;
    for (const value of Object.values(values)) walk(value);
    return found;
  }
}
