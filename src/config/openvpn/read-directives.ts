import { Secret } from '../../bytes/secret.js';
import { type ConfigText, MAX_INCLUDE_DEPTH, MAX_INCLUDED_FILES, type ReadIncluded, RemarkList } from '../source.js';
import { isBinary } from '../text-bytes.js';
import type { OpenvpnDirective, OpenvpnInline } from './openvpn-config.js';

/** The lines of a configuration, before anybody asks what they mean. */
export interface OpenvpnLines {
  readonly files: readonly string[];
  readonly directives: readonly OpenvpnDirective[];
  /** Directives of each `<connection>` block. */
  readonly profiles: readonly (readonly OpenvpnDirective[])[];
  readonly inline: readonly OpenvpnInline[];
  readonly remarkList: RemarkList;
}

/** Inline blocks that anybody may see; all others are secrets. */
const publicBlocks: ReadonlySet<string> = new Set(['ca', 'cert', 'extra-certs', 'dh', 'crl-verify', 'peer-fingerprint', 'verify-hash']);

/** Directives with a password among their arguments. */
const withPassword: ReadonlySet<string> = new Set(['auth-token']);

/** OpenVPN refuses lines that are longer (OPTION_LINE_SIZE). */
const LONGEST_LINE = 256;

/** Reads a configuration file and what it includes with `config`. Faults become remarks; nothing is thrown for a text. */
export async function readDirectives(main: ConfigText, include: ReadIncluded): Promise<OpenvpnLines> {
  const reading = new Reading(include);
  await reading.read(main, 0);
  return reading;
}

class Reading implements OpenvpnLines {
  readonly files: string[] = [];
  readonly directives: OpenvpnDirective[] = [];
  readonly profiles: OpenvpnDirective[][] = [];
  readonly inline: OpenvpnInline[] = [];
  readonly remarkList = new RemarkList();
  readonly #include: ReadIncluded;

  constructor(include: ReadIncluded) {
    this.#include = include;
  }

  async read({ file, text }: ConfigText, depth: number): Promise<void> {
    this.files.push(file);
    if (isBinary(this.remarkList, file, text)) return;
    const lines = text.replace(/^\uFEFF/, '').split('\n');
    for (let i = 0; i < lines.length; i++) {
      const line = lines[i] ?? '';
      const at = i + 1;
      const block = /^\s*<([\w-]+)>\s*$/.exec(line)?.[1];
      if (block !== undefined) {
        const end = endOfBlock(lines, i + 1, block);
        if (end < 0) this.#fault(file, at, 'syntax', `<${block.slice(0, 40)}> without </${block.slice(0, 40)}>`);
        this.#block(block, lines.slice(i + 1, end < 0 ? undefined : end), file, at);
        if (end < 0) return;
        i = end;
        continue;
      }
      const words = this.#words(line, file, at);
      const directive = words === undefined ? undefined : directiveOf(words, file, at);
      if (directive === undefined) continue;
      this.directives.push(directive);
      if (directive.name === 'config' && directive.args[0] !== undefined) await this.#includeFiles(directive.args[0], file, at, depth);
    }
  }

  #words(line: string, file: string, at: number): readonly string[] | undefined {
    if (line.length > LONGEST_LINE && !/^\s*[#;]/.test(line))
      this.#fault(file, at, 'syntax', `the line is longer than the ${LONGEST_LINE} characters that OpenVPN reads`);
    const split = splitWords(line);
    if (typeof split !== 'string') return split;
    this.#fault(file, at, 'quoting', split);
    return undefined;
  }

  #block(name: string, lines: readonly string[], file: string, line: number): void {
    if (name === 'connection') {
      const profile: OpenvpnDirective[] = [];
      for (const [i, text] of lines.entries()) {
        const words = this.#words(text, file, line + 1 + i);
        const directive = words === undefined ? undefined : directiveOf(words, file, line + 1 + i);
        if (directive !== undefined) profile.push(directive);
      }
      this.profiles.push(profile);
      return;
    }
    const text = lines.map((one) => one.replace(/\r$/, '')).join('\n');
    if (text.trim() === '') this.#fault(file, line, 'syntax', `<${name}> is empty`);
    this.inline.push({
      name,
      file,
      line,
      ...(publicBlocks.has(name) ? { text } : { secret: new Secret(new Uint8Array(Buffer.from(text, 'utf8'))) }),
    });
  }

  async #includeFiles(pattern: string, file: string, line: number, depth: number): Promise<void> {
    if (depth + 1 >= MAX_INCLUDE_DEPTH || this.files.length >= MAX_INCLUDED_FILES) {
      this.#fault(file, line, 'include-depth', 'config includes nest too deep, or too many files');
      return;
    }
    const included = await this.#include(pattern, file);
    for (const problem of included.problems) this.#fault(file, line, 'unreadable-include', `config ${problem.file}: ${problem.reason}`);
    if (included.files.length === 0 && included.problems.length === 0)
      this.#fault(file, line, 'missing-include', `config ${pattern.slice(0, 60)}: there is no such file`);
    for (const text of included.files) if (this.files.length < MAX_INCLUDED_FILES) await this.read(text, depth + 1);
  }

  #fault(file: string, line: number, code: string, text: string): void {
    this.remarkList.add({ file, line, severity: 'error', code, text });
  }
}

/** Line of `</name>`, -1 where there is none. */
function endOfBlock(lines: readonly string[], from: number, name: string): number {
  for (let i = from; i < lines.length; i++) if (lines[i]?.trimStart().startsWith(`</${name}>`)) return i;
  return -1;
}

function directiveOf(words: readonly string[], file: string, line: number): OpenvpnDirective | undefined {
  const [first, ...args] = words;
  if (first === undefined) return undefined;
  const name = first.length >= 3 ? first.replace(/^--/, '') : first;
  return { name, args: withPassword.has(name) ? [] : args, file, line };
}

/**
 * Words of a line as OpenVPN's parser has them: `"…"` with backslash escapes, `'…'` without, `#` and `;` begin a comment where a word
 * may begin. A text says what is wrong.
 */
function splitWords(line: string): readonly string[] | string {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < line.length; at++) {
    let c = line.charAt(at);
    const escaped = c === '\\' && quote !== "'";
    if (escaped) {
      at++;
      c = line.charAt(at);
      if (c === '') return 'a backslash at the end of the line';
      if (c !== '\\' && c !== '"' && !/\s/.test(c)) return 'a single backslash: write two, or a slash';
    }
    if (quote !== '') {
      if (!escaped && c === quote) {
        words.push(word ?? '');
        word = undefined;
        quote = '';
      } else {
        word = (word ?? '') + c;
      }
    } else if (word === undefined) {
      if (!escaped && /\s/.test(c)) continue;
      if (!escaped && (c === '#' || c === ';')) break;
      if (!escaped && (c === '"' || c === "'")) quote = c;
      else word = c;
    } else if (!escaped && /\s/.test(c)) {
      words.push(word);
      word = undefined;
    } else {
      word += c;
    }
  }
  if (quote !== '') return `no closing ${quote}`;
  if (word !== undefined) words.push(word);
  return words;
}
