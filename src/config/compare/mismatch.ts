import type { Evidence, Severity } from '../../model/finding.js';
import type { ConfigEnd } from '../effective/config-end.js';
import type { Change } from '../mend/change.js';

/** What a difference keeps from working. `nothing`: worth knowing. */
export type Breaks = 'up' | 'rekey' | 'traffic' | 'nothing';

/** A difference between the two ends that is not as it should be. */
export interface Mismatch {
  /** `config/…`: never changes. */
  readonly code: string;
  readonly severity: Severity;
  readonly breaks: Breaks;
  /** One line with the values of both. */
  readonly title: string;
  readonly cause: string;
  readonly evidence: readonly Evidence[];
  /** What mends it at our end, or instead at theirs. Absent: it cannot be mended there. */
  readonly change: { readonly ours?: Change; readonly theirs?: Change };
  /** Neither end can be mended alone: both changes are to be made. */
  readonly together?: true;
  readonly refs: readonly string[];
}

/** One cell of the table. */
export interface Cell {
  readonly text: string;
  readonly file: string;
  /** 0: the product's default. */
  readonly line: number;
}

/** One line of the table: what each end says about it. */
export interface Row {
  readonly label: string;
  readonly ours: Cell;
  readonly theirs: Cell;
  readonly agrees: boolean;
}

export interface AspectResult {
  readonly rows: readonly Row[];
  readonly mismatches: readonly Mismatch[];
}

/** What the aspects found out so far: some depend on what others settled. */
export interface Pair {
  readonly ours: ConfigEnd;
  readonly theirs: ConfigEnd;
  /** What both would speak; undefined: nothing in common. */
  readonly version: 'ikev1' | 'ikev2' | undefined;
}

/** One thing that both ends have to agree on. */
export interface Aspect {
  readonly id: string;
  compare(pair: Pair): AspectResult;
}
