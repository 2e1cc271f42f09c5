/** Whose word ended it. */
export type RefusedBy = 'peer' | 'us' | 'nobody';

/**
 * Why something did not come to be: in words, with both sides' values. Every failure of every machine is one; the steps of a probe
 * and the lines of `serve` print it.
 */
export interface Refusal {
  /** `no-proposal-chosen`, `authentication-failed`, `timeout`, …: never changes. */
  readonly code: string;
  /** `nobody`: no answer came. */
  readonly by: RefusedBy;
  /** Where: `IKE_SA_INIT`, `IKE_AUTH`, `CREATE_CHILD_SA`, `ESP`, … */
  readonly exchange: string;
  /** One sentence. */
  readonly text: string;
  /** What we offered, expected or sent. */
  readonly ours?: string;
  /** What the peer offered, expected or sent. */
  readonly theirs?: string;
  /** What we find wrong with our own side, where the peer does not say what it has against it. Sentences. */
  readonly suspected?: readonly string[];
  /** The notify that said so, by its IANA name. */
  readonly notify?: string;
}
