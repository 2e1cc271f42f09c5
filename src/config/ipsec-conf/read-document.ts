import { shellWord } from '../../bytes/shell-word.js';
import type { Sourced } from '../../model/connection.js';
import { type ConfigText, MAX_INCLUDE_DEPTH, MAX_INCLUDED_FILES, type ReadIncluded, RemarkList, remarkOnIncluded } from '../source.js';
import { isBinary, remarkOnByteOrderMark } from '../text-bytes.js';
import type { IpsecConfDocument, IpsecConfProduct, IpsecConfSection, IpsecConfSetting } from './document.js';
import { readLine } from './read-line.js';
import { readValue } from './read-value.js';

/** Strings of strongSwan may run over lines; one that runs further was never closed. */
const MAX_STRING_LINES = 50;

interface OpenSection extends IpsecConfSection {
  readonly settings: IpsecConfSetting[];
}

/**
 * Reads an ipsec.conf and what it includes into sections. Everything wrong becomes a remark with its line, and reading goes on:
 * nothing is thrown for a text, however damaged.
 */
export async function readIpsecConf(main: ConfigText, product: IpsecConfProduct, include: ReadIncluded): Promise<IpsecConfDocument> {
  const reading = new Reading(product, include);
  await reading.read(main, 0);
  return {
    files: reading.files,
    ...(reading.version !== undefined && { version: reading.version }),
    sections: reading.sections,
    remarks: reading.remarkList.remarks,
  };
}

class Reading {
  readonly files: string[] = [];
  readonly sections: OpenSection[] = [];
  readonly remarkList = new RemarkList();
  version: Sourced<string> | undefined;
  /** Goes on across included files, as it does for the products. */
  #section: OpenSection | undefined;
  readonly #product: IpsecConfProduct;
  readonly #include: ReadIncluded;
  /** The file that is read and those that led to it. */
  readonly #being = new Set<string>();

  constructor(product: IpsecConfProduct, include: ReadIncluded) {
    this.#product = product;
    this.#include = include;
  }

  async read({ file, text }: ConfigText, depth: number): Promise<void> {
    this.files.push(file);
    if (isBinary(this.remarkList, file, text)) return;
    this.#being.add(file);
    await this.#readLines(file, text, depth);
    this.#being.delete(file);
  }

  async #readLines(file: string, text: string, depth: number): Promise<void> {
    const lines = text.replace(/^\uFEFF/, '').split('\n');
    this.#remarkLineEnds(file, text, lines);
    for (let i = 0; i < lines.length; i++) {
      const line = (lines[i] ?? '').replace(/\r$/, '');
      const read = readLine(line);
      const at = i + 1;
      switch (read.kind) {
        case 'empty':
          break;
        case 'section':
          if (read.indented)
            this.#indentation(file, at, line, `${line.trim()} begins a section and must stand at the beginning of its line`);
          this.#open(read.section, read.name, file, at);
          break;
        case 'version':
          this.version ??= { value: read.version, file, line: at };
          break;
        case 'include':
          if (read.indented && this.#product !== 'strongswan')
            this.#indentation(file, at, line, 'include must stand at the beginning of its line');
          await this.#includeFiles(read.pattern, file, at, depth);
          break;
        case 'setting': {
          let value = readValue(read.rest, this.#product);
          let rest = read.rest;
          let last = i;
          while (value.open === true && last + 1 < lines.length && last - i < MAX_STRING_LINES) {
            last++;
            rest += `\n${(lines[last] ?? '').replace(/\r$/, '')}`;
            value = readValue(rest, this.#product);
          }
          if (value.open === true) {
            this.#add(file, at, 'quoting', 'a string is opened and never closed');
            // Only this line is taken: the rest of the file would vanish in the string.
            value = readValue(read.rest, this.#product);
          } else {
            i = last;
          }
          if (!read.indented)
            this.#indentation(file, at, `\t${line.trim()}`, `${read.key}= must be indented: unindented lines begin sections`);
          if (value.fault !== undefined)
            this.remarkList.add({
              file,
              line: at,
              severity: 'error',
              code: 'quoting',
              text: `${read.key}=: ${value.fault}`,
              fix: `\t${read.key}="${value.value.replaceAll('"', '')}"`,
            });
          this.#setting(read.key, value.value, file, at);
          break;
        }
        case 'other':
          this.#add(file, at, 'syntax', `"${shorten(read.text)}" is neither a section nor key=value`);
      }
    }
  }

  #setting(key: string, value: string, file: string, line: number): void {
    const setting: IpsecConfSetting = { key, value: { value, file, line } };
    if (this.#section === undefined) {
      this.#add(file, line, 'syntax', `${shorten(key)}= stands before any section`);
      return;
    }
    this.#section.settings.push(setting);
  }

  #open(kind: 'setup' | 'conn' | 'ca', name: string, file: string, line: number): void {
    if (kind !== 'setup' && name === '') this.#add(file, line, 'syntax', `${kind} without a name`);
    if (/\s/.test(name)) this.#add(file, line, 'syntax', `the name "${shorten(name)}" of a ${kind} may not hold blanks`);
    this.#section = { kind, name, file, line, settings: [] };
    this.sections.push(this.#section);
  }

  async #includeFiles(pattern: string, file: string, line: number, depth: number): Promise<void> {
    const unquoted = pattern.replace(/^"(.*)"$/, '$1');
    if (unquoted === '') {
      this.#add(file, line, 'syntax', 'include without a file name');
      return;
    }
    if (this.#product !== 'strongswan' && !unquoted.startsWith('/'))
      this.remarkList.add({
        file,
        line,
        severity: 'warning',
        code: 'relative-include',
        text: `include ${shorten(unquoted)} is looked for in the directory the daemon was started from, not beside this file`,
        fix: `include ${file.replace(/[^/]*$/, '')}${unquoted}`,
      });
    if (depth + 1 >= MAX_INCLUDE_DEPTH || this.files.length >= MAX_INCLUDED_FILES) {
      this.#add(file, line, 'include-depth', `include ${shorten(unquoted)}: includes nest too deep, or too many files`);
      return;
    }
    const included = await this.#include(unquoted, file);
    remarkOnIncluded(this.remarkList, included, unquoted, file, line);
    for (const text of included.files) {
      if (this.#being.has(text.file))
        this.#add(file, line, 'include-depth', `include ${shorten(unquoted)}: ${text.file} would include itself without end`);
      else if (this.files.length < MAX_INCLUDED_FILES) await this.read(text, depth + 1);
    }
  }

  #remarkLineEnds(file: string, text: string, lines: readonly string[]): void {
    const first = lines.findIndex((line) => line.endsWith('\r'));
    if (first >= 0)
      this.remarkList.add({
        file,
        line: first + 1,
        severity: 'error',
        code: 'crlf',
        text: 'lines end in CR LF: the CR becomes part of names and values',
        fix: `sed -i 's/\\r$//' ${shellWord(file)}`,
      });
    remarkOnByteOrderMark(this.remarkList, file, text, 'its first word');
  }

  #indentation(file: string, line: number, fix: string, text: string): void {
    this.remarkList.add({ file, line, severity: 'error', code: 'indentation', text, fix: fix.startsWith('\t') ? fix : fix.trim() });
  }

  #add(file: string, line: number, code: string, text: string): void {
    this.remarkList.add({ file, line, severity: 'error', code, text });
  }
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
