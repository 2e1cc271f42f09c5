import { shellWord } from '../../bytes/shell-word.js';
import type { ConfigRemark } from '../../model/connection.js';
import type { IpsecConfProduct } from '../ipsec-conf/document.js';
import type { SecretEntry } from '../secret-entry.js';
import { type ConfigText, MAX_INCLUDE_DEPTH, MAX_INCLUDED_FILES, type ReadIncluded, RemarkList, remarkOnIncluded } from '../source.js';
import { isBinary, remarkOnByteOrderMark } from '../text-bytes.js';
import { readRecord } from './record.js';
import { splitRecords } from './split-records.js';

/** What stands in an ipsec.secrets and everything it includes. */
export interface IpsecSecrets {
  readonly files: readonly string[];
  readonly entries: readonly SecretEntry[];
  /** None of them quotes a secret. */
  readonly remarks: readonly ConfigRemark[];
}

/** Reads an ipsec.secrets. Faults become remarks with their line; nothing is thrown for a text, and no text of an entry is quoted. */
export async function readIpsecSecrets(main: ConfigText, product: IpsecConfProduct, include: ReadIncluded): Promise<IpsecSecrets> {
  const reading = new Reading(product, include);
  await reading.read(main, 0);
  return { files: reading.files, entries: reading.entries, remarks: reading.remarkList.remarks };
}

class Reading {
  readonly files: string[] = [];
  readonly entries: SecretEntry[] = [];
  readonly remarkList = new RemarkList();
  readonly #product: IpsecConfProduct;
  readonly #include: ReadIncluded;

  constructor(product: IpsecConfProduct, include: ReadIncluded) {
    this.#product = product;
    this.#include = include;
  }

  async read({ file, text }: ConfigText, depth: number): Promise<void> {
    this.files.push(file);
    if (this.#remarkOnBytes(file, text)) return;
    for (const record of splitRecords(text, this.#product)) {
      if (record.tokens[0]?.text === 'include' && record.tokens[0].quote === '') {
        await this.#includeFiles(record.tokens[1]?.text, file, record.line, depth);
        continue;
      }
      const read = readRecord(record, file, this.#product);
      for (const remark of read.remarks) this.remarkList.add(remark);
      if (read.entry !== undefined) this.entries.push(read.entry);
      if (read.ends === true) {
        this.remarkList.add({
          file,
          line: record.line,
          severity: 'error',
          code: 'rest-ignored',
          text: 'strongSwan stops reading the file at this line: the secrets behind it are not loaded',
        });
        return;
      }
    }
  }

  async #includeFiles(pattern: string | undefined, file: string, line: number, depth: number): Promise<void> {
    if (pattern === undefined || pattern === '') {
      this.remarkList.add({ file, line, severity: 'error', code: 'syntax', text: 'include without a file name' });
      return;
    }
    if (depth + 1 >= MAX_INCLUDE_DEPTH || this.files.length >= MAX_INCLUDED_FILES) {
      this.remarkList.add({ file, line, severity: 'error', code: 'include-depth', text: 'includes nest too deep, or too many files' });
      return;
    }
    const included = await this.#include(pattern, file);
    remarkOnIncluded(this.remarkList, included, pattern, file, line);
    for (const text of included.files) if (this.files.length < MAX_INCLUDED_FILES) await this.read(text, depth + 1);
  }

  /** Whether the file is none that can be read. */
  #remarkOnBytes(file: string, text: string): boolean {
    if (isBinary(this.remarkList, file, text)) return true;
    const carriage = text.indexOf('\r\n');
    if (carriage >= 0)
      this.remarkList.add({
        file,
        line: text.slice(0, carriage).split('\n').length,
        // Today's products cut the CR off; Openswan and whoever copies the secret do not.
        severity: this.#product === 'openswan' ? 'error' : 'info',
        code: 'crlf',
        text: 'lines end in CR LF: the CR may become part of a secret',
        fix: `sed -i 's/\\r$//' ${shellWord(file)}`,
      });
    remarkOnByteOrderMark(this.remarkList, file, text, 'the first identity');
    return false;
  }
}
