const LAST = 0xffff_ffff;

/** Sequence numbers of an outbound SA: from 1 on, never twice (RFC 4303 §3.3.3). */
export class SequenceCounter {
  readonly #extended: boolean;
  high: number;
  low: number;

  /** @param last number used last, extended or not; 0 for an SA that is new */
  constructor(extended: boolean, last = 0n) {
    this.#extended = extended;
    this.high = Number(last >> 32n);
    this.low = Number(last & 0xffff_ffffn);
  }

  /** Moves on to the next number; false when there is none left, and the SA can send no more. */
  next(): boolean {
    if (this.low < LAST) {
      this.low++;
      return true;
    }
    if (!this.#extended || this.high === LAST) return false;
    this.high++;
    this.low = 0;
    return true;
  }

  get last(): bigint {
    return (BigInt(this.high) << 32n) | BigInt(this.low);
  }
}
