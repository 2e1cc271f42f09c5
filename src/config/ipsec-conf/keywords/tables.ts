import type { KeywordTable } from '../../keyword.js';

/** The keywords of a product by where they may stand. Names in lower case. */
export interface KeywordTables {
  readonly setup: KeywordTable;
  readonly conn: KeywordTable;
  /** Without `left` or `right`; the empty name is `left=` itself. */
  readonly end: KeywordTable;
  readonly ca: KeywordTable;
}
