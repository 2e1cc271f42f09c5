/** Counts answers to messages that belong to no IKE SA, so many a second (RFC 7296 §2.21.4). */
export class StrayBudget {
  #second = -1;
  #used = 0;

  constructor(private readonly perSecond: number) {}

  /** Whether one more may go out. */
  take(now: number): boolean {
    const second = Math.floor(now / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#used = 0;
    }
    this.#used += 1;
    return this.#used <= this.perSecond;
  }
}
