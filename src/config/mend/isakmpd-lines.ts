import { type IsakmpdSection, readIsakmpdSections } from '../isakmpd/read-isakmpd.js';
import type { Edit } from './change.js';

/** Finds and sets tags of an isakmpd.conf by the lines they stand in. */
export class IsakmpdLines {
  readonly #file: string;
  readonly #lines: readonly string[];
  readonly #sections: ReadonlyMap<string, IsakmpdSection>;

  constructor(file: string, text: string) {
    this.#file = file;
    this.#lines = text.split('\n');
    this.#sections = readIsakmpdSections({ file, text });
  }

  has(section: string): boolean {
    return this.#sections.has(section);
  }

  /** A value; tags without case. */
  get(section: string, tag: string): string | undefined {
    return this.#sections.get(section)?.get(tag.toLowerCase())?.value;
  }

  /** `Tag= value` in place of what is there, or under the head of the section, which is made at the end where there is none. */
  set(section: string, tag: string, value: string): readonly Edit[] {
    const found = this.#sections.get(section)?.get(tag.toLowerCase());
    if (found !== undefined) {
      const head = /^\s*[^=]+?\s*=\s*/.exec(this.#lines[found.line - 1] ?? '')?.[0] ?? `${tag}= `;
      return [{ file: this.#file, line: found.line, how: 'replace', text: `${head}${value}` }, ...this.#continued(found.line)];
    }
    const at = this.#lines.findIndex((line) => /^\s*\[([^\]]*)\]/.exec(line)?.[1] === section);
    return at < 0 ? this.append(section, [[tag, value]]) : [{ file: this.#file, line: at + 1, how: 'behind', text: `${tag}= ${value}` }];
  }

  /** A section more, at the end. */
  append(section: string, tags: readonly (readonly [tag: string, value: string])[]): readonly Edit[] {
    const text = [`[${section}]`, ...tags.map(([tag, value]) => `${tag}= ${value}`)].join('\n');
    return [{ file: this.#file, line: this.#lines.length, how: 'behind', text }];
  }

  /** The tag itself another one, its value as it is: `198.51.100.1= peer`. */
  rename(section: string, from: string, to: string): readonly Edit[] {
    const found = this.#sections.get(section)?.get(from.toLowerCase());
    return found === undefined ? [] : [{ file: this.#file, line: found.line, how: 'replace', text: `${to}= ${found.value}` }];
  }

  /** Lines that a `\` at the end of the one before joins to it. */
  #continued(line: number): readonly Edit[] {
    const gone: Edit[] = [];
    for (let at = line; (this.#lines[at - 1] ?? '').replace(/\r$/, '').endsWith('\\') && at < this.#lines.length; at++)
      gone.push({ file: this.#file, line: at + 1, how: 'delete', text: '' });
    return gone;
  }
}
