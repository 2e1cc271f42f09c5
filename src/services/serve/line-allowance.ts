/** Lines a second in the long run, and how many at once before that. */
export interface Allowance {
  readonly perSecond: number;
  readonly burst: number;
}

/** How much strangers may make us print: whoever floods us must not fill the disk that the output goes to. */
export class LineAllowance {
  readonly #allowance: Allowance;
  #left: number;
  #at: number | undefined;
  /** Lines refused since the last call of `takeLeftOut`. */
  #leftOut = 0;

  constructor(allowance: Allowance) {
    this.#allowance = allowance;
    this.#left = allowance.burst;
  }

  /** Whether one more line may be printed. @param now milliseconds of a clock that never goes back */
  take(now: number): boolean {
    const { perSecond, burst } = this.#allowance;
    this.#left = Math.min(burst, this.#left + ((now - (this.#at ?? now)) / 1000) * perSecond);
    this.#at = now;
    if (this.#left < 1) {
      this.#leftOut++;
      return false;
    }
    this.#left--;
    return true;
  }

  /** How many were refused, told once. */
  takeLeftOut(): number {
    const count = this.#leftOut;
    this.#leftOut = 0;
    return count;
  }
}
