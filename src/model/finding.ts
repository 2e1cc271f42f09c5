/** How bad it is: `error` keeps a tunnel from working, `warning` will or may, `info` is worth knowing. */
export type Severity = 'error' | 'warning' | 'info';

/** Something that anybody can look up again: a packet and field, a file and line, a sysctl, a log line, a probe step. */
export interface Evidence {
  /** Packet number in the capture, from 1. */
  readonly frame?: number;
  /** Field of that packet, e.g. `N(NO_PROPOSAL_CHOSEN)`. */
  readonly field?: string;
  readonly file?: string;
  readonly line?: number;
  /** What is to be seen there, in words. */
  readonly text: string;
}

/** What to do at one end: the exact command or the exact corrected line. */
export interface Fix {
  /** `ours`: the end that runs vpndoctor or that sent the first message; `theirs`: the other; `either`: whoever owns the thing. */
  readonly end: 'ours' | 'theirs' | 'either' | 'path';
  /** What follows the first line is literal: commands for a shell, lines of a file. */
  readonly text: string;
}

/** One diagnosis. Codes are `area/slug` and never change. */
export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  /** 0 to 1. */
  readonly confidence: number;
  /** One line, with the values of this case. */
  readonly title: string;
  /** Why it is so, and what cannot be seen from here. */
  readonly cause: string;
  readonly evidence: readonly Evidence[];
  readonly fix: readonly Fix[];
  /** How to see that it is gone. */
  readonly retest: string;
  /** Codes that, when present for the same peers, are the root cause of this one. */
  readonly dependsOn: readonly string[];
  /** `RFC 7296 §2.7`, kernel documentation, a public issue. */
  readonly refs: readonly string[];
  /** What it is about, e.g. `10.0.0.1 - 10.0.0.2`: findings are grouped and suppressed within one subject. */
  readonly subject: string;
  /** Findings that this one explains; `diagnose` puts them here instead of beside it. */
  readonly consequences?: readonly Finding[];
}
