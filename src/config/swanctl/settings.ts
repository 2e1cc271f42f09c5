import type { ConfigRemark, Sourced } from '../../model/connection.js';
import { type ConfigText, MAX_INCLUDE_DEPTH, MAX_INCLUDED_FILES, type ReadIncluded, RemarkList, remarkOnIncluded } from '../source.js';
import { isBinary } from '../text-bytes.js';

/** A section of a strongSwan settings file; sections of one name are one. */
export interface SettingsSection {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly settings: Map<string, Sourced<string>>;
  readonly sections: Map<string, SettingsSection>;
  /** Paths from the root of the sections it inherits from, in the order given. */
  readonly references: Sourced<string>[];
}

export interface SettingsFile {
  readonly files: readonly string[];
  readonly root: SettingsSection;
  readonly remarks: readonly ConfigRemark[];
}

/** Deeper nesting than this is no configuration. */
const MAX_DEPTH = 50;

/** Strings may run over lines; one that runs further was never closed. */
const MAX_STRING_LINES = 50;

/**
 * Reads strongSwan's nested settings (strongswan.conf(5)): sections, `key = value`, strings with escapes, comments, includes
 * wherever they stand, references behind a colon. Faults become remarks and reading goes on behind the line.
 */
export async function readSettings(main: ConfigText, include: ReadIncluded): Promise<SettingsFile> {
  const reading = new Reading(include, section('', { value: '', file: main.file, line: 1 }));
  await reading.read(main, 0);
  reading.finish(main.file);
  return { files: reading.files, root: reading.root, remarks: reading.remarkList.remarks };
}

function section(name: string, { file, line }: Sourced<string>): SettingsSection {
  return { name, file, line, settings: new Map(), sections: new Map(), references: [] };
}

class Reading {
  readonly files: string[] = [];
  readonly remarkList = new RemarkList();
  readonly root: SettingsSection;
  readonly #include: ReadIncluded;
  readonly #stack: SettingsSection[];

  constructor(include: ReadIncluded, root: SettingsSection) {
    this.#include = include;
    this.root = root;
    this.#stack = [root];
  }

  finish(file: string): void {
    const open = this.#stack.at(-1);
    if (this.#stack.length > 1 && open !== undefined)
      this.remarkList.add({
        file: open.file,
        line: open.line,
        severity: 'error',
        code: 'syntax',
        text: `the section ${shorten(open.name)} is never closed (}) to the end of ${file}: nothing of the file is loaded`,
      });
  }

  async read({ file, text }: ConfigText, depth: number): Promise<void> {
    this.files.push(file);
    if (isBinary(this.remarkList, file, text)) return;
    const scanner = new Scanner(text.replace(/^\uFEFF/, ''));
    while (!scanner.skipBlanks()) {
      const line = scanner.line;
      if (scanner.take(/\}/y) !== undefined) {
        if (this.#stack.length > 1) this.#stack.pop();
        else this.#fault(file, line, 'syntax', '} closes nothing: nothing of the file is loaded');
        continue;
      }
      if (scanner.take(/include[\t ]+(?!=)/y) !== undefined) {
        await this.#includeFiles(scanner, file, line, depth);
        continue;
      }
      const name = scanner.take(/[^#{}:.,="\r\n\t ]+/y);
      if (name === undefined) {
        this.#fault(file, line, 'syntax', `"${scanner.rest().slice(0, 1)}" where a name of a key or section should stand`);
        scanner.skipLine();
        continue;
      }
      this.#named(name, scanner, file, line);
    }
  }

  #named(name: string, scanner: Scanner, file: string, line: number): void {
    const top = this.#stack.at(-1) ?? this.root;
    scanner.skipBlanks();
    if (scanner.take(/=/y) !== undefined) {
      const value = scanner.value();
      if (value.open)
        this.#fault(file, line, 'quoting', `${shorten(name)}: a string is opened and never closed: nothing of the file is loaded`);
      top.settings.set(name, { value: value.text, file, line });
      return;
    }
    const references: Sourced<string>[] = [];
    if (scanner.take(/:/y) !== undefined) {
      for (;;) {
        scanner.skipBlanks();
        const reference = scanner.take(/[^#{}:,="\r\n\t ]+/y);
        if (reference !== undefined) references.push({ value: reference, file, line: scanner.line });
        else if (scanner.take(/,/y) === undefined) break;
      }
    }
    scanner.skipBlanks();
    if (scanner.take(/\{/y) === undefined) {
      this.#fault(file, line, 'syntax', `neither = nor { behind ${shorten(name)}: nothing of the file is loaded`);
      return;
    }
    if (this.#stack.length >= MAX_DEPTH) {
      this.#fault(file, line, 'syntax', 'sections nest too deep');
      return;
    }
    const known = top.sections.get(name);
    const opened = known ?? section(name, { value: name, file, line });
    opened.references.push(...references);
    top.sections.set(name, opened);
    this.#stack.push(opened);
  }

  async #includeFiles(scanner: Scanner, file: string, line: number, depth: number): Promise<void> {
    const quoted = scanner.take(/"[^"\n]*"/y);
    const pattern =
      quoted === undefined ? (scanner.take(/(?:\\.|[^#}\r\n\t "])+/y) ?? '').replace(/\\(["#} ])/g, '$1') : quoted.slice(1, -1);
    if (pattern === '') {
      this.#fault(file, line, 'syntax', 'include without a file name');
      scanner.skipLine();
      return;
    }
    if (depth + 1 >= MAX_INCLUDE_DEPTH || this.files.length >= MAX_INCLUDED_FILES) {
      this.#fault(file, line, 'include-depth', 'includes nest too deep, or too many files');
      return;
    }
    const included = await this.#include(pattern, file);
    remarkOnIncluded(this.remarkList, included, pattern, file, line);
    for (const text of included.files) if (this.files.length < MAX_INCLUDED_FILES) await this.read(text, depth + 1);
  }

  #fault(file: string, line: number, code: string, text: string): void {
    this.remarkList.add({ file, line, severity: 'error', code, text });
  }
}

/** Walks a text and counts its lines. */
class Scanner {
  readonly #text: string;
  #at = 0;
  line = 1;

  constructor(text: string) {
    this.#text = text;
  }

  /** Over blanks, line ends and comments; whether the text is over. */
  skipBlanks(): boolean {
    while (this.take(/[\t\r\n ]+/y) !== undefined || this.take(/#[^\n]*/y) !== undefined);
    return this.#at >= this.#text.length;
  }

  skipLine(): void {
    this.take(/[^\n]*/y);
  }

  rest(): string {
    return this.#text.slice(this.#at, this.#at + 40);
  }

  /** What a sticky pattern matches here, and on behind it; undefined when it matches nothing. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined || found === '') return undefined;
    this.#at += found.length;
    for (let i = found.indexOf('\n'); i >= 0; i = found.indexOf('\n', i + 1)) this.line++;
    return found;
  }

  /** Words and strings up to the end of the line, `#` or `}`, joined by blanks. */
  value(): { readonly text: string; readonly open: boolean } {
    const words: string[] = [];
    for (;;) {
      this.take(/[\t\r ]+/y);
      const word = this.take(/[^#}"\r\n\t ]+/y);
      if (word !== undefined) {
        words.push(word);
        continue;
      }
      if (this.#text.charAt(this.#at) !== '"') return { text: words.join(' '), open: false };
      const string = this.#string();
      if (string === undefined) {
        words.push(this.take(/"[^\n]*/y)?.slice(1) ?? '');
        return { text: words.join(' '), open: true };
      }
      words.push(string);
    }
  }

  /** Text of the string that begins here, escapes resolved, and on behind it; undefined, and not a step, when it is not closed. */
  #string(): string | undefined {
    let text = '';
    let lines = 0;
    for (let at = this.#at + 1; at < this.#text.length && lines < MAX_STRING_LINES; at++) {
      const c = this.#text.charAt(at);
      if (c === '"') {
        this.#at = at + 1;
        this.line += lines;
        return text;
      }
      if (c === '\n') lines++;
      if (c !== '\\') {
        if (c !== '\r') text += c;
        continue;
      }
      at++;
      const escaped = this.#text.charAt(at);
      if (escaped === '\n') lines++;
      text += { n: '\n', r: '\r', t: '\t', '\n': '' }[escaped] ?? escaped;
    }
    return undefined;
  }
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
