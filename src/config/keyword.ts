/** The life of a keyword in one product. Versions are the first release of which the thing is true. */
export interface Keyword {
  /** Absent: older than every release we know. */
  readonly since?: string;
  /** Accepted with a warning, and without effect. */
  readonly obsolete?: string;
  /** Not known any more. */
  readonly removed?: string;
  /** What to write instead: a keyword or `keyword=value`. */
  readonly instead?: string;
}

export type KeywordTable = Readonly<Record<string, Keyword>>;
