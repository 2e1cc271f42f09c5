import type { Status } from './status.js';

/** One step of a probe as the user sees it. */
export interface ProbeStep {
  /** `ike-sa-init`, `esp-echo`, …: equal to the file in `probes/`, never changes. */
  readonly id: string;
  /** `IKE_SA_INIT`, `echo through the tunnel`. */
  readonly title: string;
  /** `skip` with the reason in `text`: not asked for, or the peer cannot; `unreached`: an earlier step failed. */
  readonly status: Status | 'unreached';
  /** What came out, one line: values chosen, times measured, or the reason in words. */
  readonly text: string;
  /** Further lines: both sides' values, what was sent and came back. */
  readonly details: readonly string[];
  /** Milliseconds it took. */
  readonly milliseconds: number;
}
