import type { Edit } from './change.js';

/** A block `name { … }` of a text: the line of its name and those up to its end. Lines count from 1. */
interface Block {
  readonly line: number;
  readonly end: number;
}

/** Finds and sets options of one connection of a swanctl.conf by the lines they stand in. */
export class SwanctlLines {
  readonly #file: string;
  readonly #lines: readonly string[];

  constructor(file: string, text: string) {
    this.#file = file;
    this.#lines = text.split('\n');
  }

  /** The block `path` leads to: `['connections', 'net', 'local-1']`; a last name may be a pattern. */
  block(path: readonly (string | RegExp)[]): Block | undefined {
    let within: Block = { line: 0, end: this.#lines.length };
    for (const name of path) {
      const found = this.#child(within, name);
      if (found === undefined) return undefined;
      within = found;
    }
    return within;
  }

  #child(within: Block, name: string | RegExp): Block | undefined {
    const pattern = typeof name === 'string' ? new RegExp(`^${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`) : name;
    let depth = 0;
    let found: number | undefined;
    for (let at = within.line; at < within.end; at++) {
      const plain = this.#plain(at);
      // The head of the outer block may hold the inner one as well.
      const text = at === within.line - 1 ? plain.slice(plain.indexOf('{') + 1) : plain;
      for (const match of text.matchAll(/([^\s{}#=:,]+)?[ \t]*(?::[^{}]*)?(\{)|(\})/g)) {
        if (match[2] !== undefined) {
          if (depth === 0 && found === undefined && pattern.test(match[1] ?? '')) found = at + 1;
          depth++;
        } else {
          depth--;
          if (depth === 0 && found !== undefined) return { line: found, end: at + 1 };
          if (depth < 0) return undefined;
        }
      }
    }
    return found === undefined ? undefined : { line: found, end: within.end };
  }

  #plain(at: number): string {
    return (this.#lines[at] ?? '').replace(/"[^"]*"/g, (string) => '_'.repeat(string.length)).replace(/#.*/, '');
  }

  /** `key = value` in place of what is there, at the line the parser named, or as a new line under the block's head. */
  set(block: Block, key: string, value: string, known?: { readonly file: string; readonly line: number }): readonly Edit[] {
    const at = known !== undefined && known.line > 0 && known.file === this.#file ? known.line : this.#find(block, key);
    const text = /[\s,{}#"]/.test(value) && !/^[\w.,:/ -]+$/.test(value) ? `"${value}"` : value;
    const line = at === undefined ? undefined : (this.#lines[at - 1] ?? '');
    const pattern = new RegExp(`\\b${key}([ \\t]*)=([ \\t]*)("[^"]*"|[^#}\\n]*)`);
    if (at !== undefined && line !== undefined && pattern.test(line))
      return [
        {
          file: this.#file,
          line: at,
          how: 'replace',
          text: line.replace(
            pattern,
            (_, before: string, behind: string, old: string) => `${key}${before}=${behind}${text}${/\s$/.test(old) ? ' ' : ''}`,
          ),
        },
      ];
    return this.#insert(block, `${key} = ${text}`);
  }

  remove(block: Block, key: string): readonly Edit[] {
    const at = this.#find(block, key);
    if (at === undefined) return [];
    const line = this.#lines[at - 1] ?? '';
    const rest = line.replace(new RegExp(`\\b${key}[ \\t]*=[ \\t]*("[^"]*"|[^#}\\n]*)`), '');
    return [
      {
        file: this.#file,
        line: at,
        ...(rest.trim() === '' ? ({ how: 'delete', text: '' } as const) : ({ how: 'replace', text: rest } as const)),
      },
    ];
  }

  #insert(block: Block, text: string): readonly Edit[] {
    const head = this.#lines[block.line - 1] ?? '';
    const indent = /^\s*/.exec(head)?.[0] ?? '';
    const brace = head.lastIndexOf('{');
    // Everything in one line: what stands behind the brace goes on below.
    if (brace >= 0 && head.slice(brace + 1).trim() !== '' && !/^\s*#/.test(head.slice(brace + 1)))
      return [
        {
          file: this.#file,
          line: block.line,
          how: 'replace',
          text: `${head.slice(0, brace + 1)}\n${indent}  ${text}\n${indent}  ${head.slice(brace + 1).trim()}`,
        },
      ];
    return [{ file: this.#file, line: block.line, how: 'behind', text: `${indent}  ${text}` }];
  }

  /** The line of an option that stands in the block itself, not in one below it. */
  #find(block: Block, key: string): number | undefined {
    let depth = 0;
    for (let at = block.line - 1; at < block.end; at++) {
      const plain = this.#plain(at);
      let from = 0;
      for (const match of plain.matchAll(/[{}]/g)) {
        if (depth === 1 && new RegExp(`(^|[\\s{;])${key}[ \\t]*=`).test(plain.slice(from, match.index))) return at + 1;
        depth += match[0] === '{' ? 1 : -1;
        from = (match.index ?? 0) + 1;
        if (depth === 0) return undefined;
      }
      if (depth === 1 && new RegExp(`(^|\\s)${key}[ \\t]*=`).test(plain.slice(from))) return at + 1;
    }
    return undefined;
  }
}
