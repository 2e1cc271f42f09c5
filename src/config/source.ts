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
 * rejection.
 */
export type ReadIncluded = (pattern: string, from: string) => Promise<Included>;

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
