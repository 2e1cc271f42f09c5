import type { Keyword, KeywordTable } from './keyword.js';

/** A table of keywords that share one life: `names('ike esp ah', {})`. */
export function names(list: string, life: Keyword): KeywordTable {
  return Object.fromEntries(
    list
      .split(/\s+/)
      .filter((name) => name !== '')
      .map((name) => [name, life]),
  );
}
