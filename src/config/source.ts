import type { ConfigRemark } from '../model/connection.js';

/** A file's text, whoever read it: parsers open nothing themselves. */
export interface ConfigText {
  readonly file: string;
  readonly text: string;
}

/** What an `include` led to: the files in the order of the pattern, and those that could not be read. */
export interface Included {
  readonly files: readonly ConfigText[];
  readonly problems: readonly { readonly file: string; readonly reason: string }[];
}

/**
 * Resolves an `include`: the pattern as written, globs and all, and the file it stands in. No match is an empty answer, not a
 * rejection. `secrets`: no include, but the file of secrets that belongs to it.
 */
export type ReadIncluded = (pattern: string, from: string, purpose?: 'secrets') => Promise<Included>;

/** Includes nest this deep at most; a file that includes itself ends here too. */
export const MAX_INCLUDE_DEPTH = 10;

/** More files than this come from an accident (`include /etc/*`), not from a configuration. */
export const MAX_INCLUDED_FILES = 1000;

/** More remarks of one file than this are not read by anybody: a binary file would make one a line. */
const MAX_REMARKS = 500;

/** Collects remarks of a reading, bounded. */
export class RemarkList {
  readonly remarks: ConfigRemark[] = [];

  add(remark: ConfigRemark): void {
    if (this.remarks.length < MAX_REMARKS) this.remarks.push(remark);
  }
}

/** Files that packages include and that are there only sometimes: Fedora's system-wide policy, what Debian's setup wrote. */
const OPTIONAL_INCLUDES = /^\/(etc\/crypto-policies|var\/lib\/strongswan)\//;

/** Remarks on what an `include` led to: files that were not read, and a plain file name without a file. */
export function remarkOnIncluded(remarks: RemarkList, included: Included, pattern: string, file: string, line: number): void {
  for (const problem of included.problems)
    remarks.add({ file, line, severity: 'warning', code: 'unreadable-include', text: `include ${problem.file}: ${problem.reason}` });
  if (included.files.length > 0 || included.problems.length > 0 || /[*?[{]/.test(pattern)) return;
  const shown = pattern.length > 60 ? `${pattern.slice(0, 60)}…` : pattern;
  const severity = OPTIONAL_INCLUDES.test(pattern) ? 'info' : 'warning';
  remarks.add({ file, line, severity, code: 'missing-include', text: `include ${shown}: there is no such file` });
}
