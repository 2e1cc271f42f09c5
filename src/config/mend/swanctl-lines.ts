import { applyEdits } from './apply-edits.js';
import type { Edit } from './change.js';
import { literal } from './literal.js';

/** A block `name { … }` of a text: the line of its name, and the offsets of what is between its braces. */
interface Block {
  readonly line: number;
  readonly from: number;
  readonly to: number;
}

/** Finds and sets options of one connection of a swanctl.conf by the lines they stand in. */
export class SwanctlLines {
  readonly #file: string;
  readonly #text: string;
  /** The same length, what is in strings and comments blanked out. */
  readonly #plain: string;

  constructor(file: string, text: string) {
    this.#file = file;
    this.#text = text;
    this.#plain = text.replace(/"[^"\n]*"|#[^\n]*/g, (found) => (found.startsWith('#') ? ' ' : '_').repeat(found.length));
  }

  /** The block `path` leads to: `['connections', 'net', /^local/]`. */
  block(path: readonly (string | RegExp)[]): Block | undefined {
    let within: Block | undefined = { line: 1, from: 0, to: this.#plain.length };
    for (const name of path) {
      if (within === undefined) return undefined;
      within = this.#child(within, typeof name === 'string' ? new RegExp(`^${literal(name)}$`) : name);
    }
    return within;
  }

  #child({ from, to }: Block, name: RegExp): Block | undefined {
    let depth = 0;
    let found: Pick<Block, 'line' | 'from'> | undefined;
    for (const match of this.#plain.slice(from, to).matchAll(/([^\s{}#=:,]+)[ \t]*(?::[^{}\n]*)?\s*\{|([{}])/g)) {
      const at = from + match.index;
      const opens = match[2] !== '}';
      if (opens && depth === 0 && found === undefined && name.test(match[1] ?? ''))
        found = { line: this.#lineAt(at), from: at + match[0].length };
      depth += opens ? 1 : -1;
      if (!opens && depth === 0 && found !== undefined) return { ...found, to: at };
      if (depth < 0) return undefined;
    }
    return found === undefined ? undefined : { ...found, to };
  }

  #lineAt(offset: number): number {
    return this.#text.slice(0, offset).split('\n').length;
  }

  #line(line: number): string {
    return this.#text.split('\n')[line - 1] ?? '';
  }

  /** `key = value` in place of what is there, or as a new line under the block's head. */
  set(block: Block, key: string, value: string): readonly Edit[] {
    const text = /[\s,{}#"]/.test(value) && !/^[\w.,:/ -]+$/.test(value) ? `"${value}"` : value;
    const at = this.#find(block, key);
    if (at === undefined) return this.#insert(block, `${key} = ${text}`);
    const line = this.#line(at.line);
    const tail = line.slice(at.column);
    const changed = tail.replace(
      SETTING,
      (_, name: string, before: string, behind: string, old: string) => `${name}${before}=${behind}${text}${/\s$/.test(old) ? ' ' : ''}`,
    );
    return [{ file: this.#file, line: at.line, how: 'replace', text: line.slice(0, at.column) + changed }];
  }

  /** Several options of the block that `path` leads to; they may stand in one line. */
  setAll(path: readonly (string | RegExp)[], settings: readonly (readonly [key: string, value: string])[]): readonly Edit[] | undefined {
    const block = this.block(path);
    if (block === undefined) return undefined;
    const edits = settings.flatMap(([key, value]) => this.set(block, key, value));
    const replaced = edits.filter(({ how }) => how !== 'behind').map(({ line }) => line);
    if (new Set(replaced).size === replaced.length) return edits;
    const after = settings.reduce((text, setting) => {
      const lines = new SwanctlLines(this.#file, text);
      return applyEdits(text, this.#file, lines.setAll(path, [setting]) ?? []);
    }, this.#text);
    return this.#hunk(after);
  }

  /** The block that `path` leads to once more below itself, under another name and with other settings; undefined: it has no lines of its own. */
  copy(path: readonly string[], name: string, settings: readonly (readonly [key: string, value: string])[]): Edit | undefined {
    const block = this.block(path);
    if (block === undefined) return undefined;
    const end = this.#lineAt(block.to);
    const [head = '', ...rest] = this.#text.split('\n').slice(block.line - 1, end);
    if (end === block.line || !/^\s*\}\s*$/.test(rest.at(-1) ?? '') || !head.trim().startsWith(path.at(-1) ?? '')) return undefined;
    const text = [head.replace(path.at(-1) ?? '', () => name), ...rest].join('\n');
    const edits = new SwanctlLines(this.#file, text).setAll([name], settings);
    return edits === undefined ? undefined : { file: this.#file, line: end, how: 'behind', text: applyEdits(text, this.#file, edits) };
  }

  /** The edit that makes the text another: the lines between those that are the same at its head and at its tail. */
  #hunk(after: string): readonly Edit[] {
    const [old, now] = [this.#text.split('\n'), after.split('\n')];
    const least = Math.min(old.length, now.length);
    let head = 0;
    while (head < least && old[head] === now[head]) head++;
    let tail = 0;
    while (tail < least - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
    const gone = old.slice(head, old.length - tail);
    return gone.map((_, i): Edit => {
      const place = { file: this.#file, line: head + 1 + i };
      return i === 0
        ? { ...place, how: 'replace', text: now.slice(head, now.length - tail).join('\n') }
        : { ...place, how: 'delete', text: '' };
    });
  }

  remove(block: Block, key: string): readonly Edit[] {
    const at = this.#find(block, key);
    if (at === undefined) return [];
    const line = this.#line(at.line);
    const rest = line.slice(0, at.column) + line.slice(at.column).replace(SETTING, '');
    return [
      {
        file: this.#file,
        line: at.line,
        ...(rest.trim() === '' ? ({ how: 'delete', text: '' } as const) : ({ how: 'replace', text: rest } as const)),
      },
    ];
  }

  #insert(block: Block, text: string): readonly Edit[] {
    const head = this.#line(block.line);
    const indent = /^\s*/.exec(head)?.[0] ?? '';
    const braceLine = this.#lineAt(block.from);
    const column = block.from - (this.#text.lastIndexOf('\n', block.from - 1) + 1);
    const line = this.#line(braceLine);
    const behind = line.slice(column);
    if (/^\s*(#.*)?$/.test(behind)) return [{ file: this.#file, line: braceLine, how: 'behind', text: `${indent}  ${text}` }];
    // Something stands behind the brace: it goes on below.
    return [
      {
        file: this.#file,
        line: braceLine,
        how: 'replace',
        text: `${line.slice(0, column)}\n${indent}  ${text}\n${indent}  ${behind.trim()}`,
      },
    ];
  }

  /** Where an option stands in the block itself, not in one below it. */
  #find({ from, to }: Block, key: string): { readonly line: number; readonly column: number } | undefined {
    let depth = 0;
    for (const match of this.#plain.slice(from, to).matchAll(new RegExp(`(?<![\\w.-])(${literal(key)})[ \\t]*=|[{}]`, 'g'))) {
      if (match[0] === '{') depth++;
      else if (match[0] === '}') depth--;
      else if (depth === 0) {
        const at = from + match.index;
        return { line: this.#lineAt(at), column: at - (this.#text.lastIndexOf('\n', at - 1) + 1) };
      }
    }
    return undefined;
  }
}

/** An option up to the end of its value: the end of the line, a brace or a comment. */
const SETTING = /^(\w+)([ \t]*)=([ \t]*)("[^"]*"|[^#}\n]*)/;
