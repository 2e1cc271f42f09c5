/**
 * A list that keeps its first and its last entries when there are too many: the beginning and the end of a session
 * tell most. Half of the limit each.
 */
export class FirstAndLast<T> {
  readonly #half: number;
  readonly #first: T[] = [];
  readonly #last: T[] = [];
  #at = 0;
  #dropped = 0;

  /** @param limit entries kept, even */
  constructor(limit: number) {
    this.#half = limit / 2;
  }

  /** Entries kept. */
  get length(): number {
    return this.#first.length + this.#last.length;
  }

  /** Entries between the first and the last that are gone. */
  get dropped(): number {
    return this.#dropped;
  }

  push(entry: T): void {
    if (this.#first.length < this.#half) this.#first.push(entry);
    else if (this.#last.length < this.#half) this.#last.push(entry);
    else {
      this.#last[this.#at] = entry;
      this.#at = (this.#at + 1) % this.#half;
      this.#dropped++;
    }
  }

  toArray(): T[] {
    return [...this.#first, ...this.#last.slice(this.#at), ...this.#last.slice(0, this.#at)];
  }
}
