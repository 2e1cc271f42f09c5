/** One command with those of its mode below it. */
export interface CiscoStatement {
  /** Words, blanks between them gone. */
  readonly words: readonly string[];
  readonly file: string;
  readonly line: number;
  readonly sub: readonly CiscoStatement[];
}

/** Whose `show running-config` it is. PIX 7 and later speak as the ASA does. */
export type CiscoPlatform = 'asa' | 'ios';

/** The words behind the first `count`, as one text. */
export function rest(statement: CiscoStatement, count: number): string {
  return statement.words.slice(count).join(' ');
}

/** Whether a statement begins with these words. */
export function begins(statement: CiscoStatement, ...words: readonly string[]): boolean {
  return words.every((word, i) => statement.words[i]?.toLowerCase() === word);
}
