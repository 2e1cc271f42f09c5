/** Shared by all that have no hole: most SAs never lose a packet, and there may be many of them. */
const NONE = new Float64Array(0);

/**
 * The sequence numbers that never came, as a sorted list of ranges. A train without loss costs nothing, and the
 * list is exact however late a packet comes, as long as the number of separate holes stays within `limit`.
 * Beyond it the older half of the holes is written off: still counted as missing, no longer fillable.
 */
export class SequenceGaps {
  /** Numbers missing by now, written off ones included. */
  missing = 0;
  /** Up to here holes were written off: whether such a number came before is not known any more. */
  forgottenTo = 0;

  // First and last number of hole i at 2i and 2i + 1, ascending. 64-bit numbers below 2^53.
  #holes = NONE;
  #count = 0;

  /** Separate holes held at present. */
  get holes(): number {
    return this.#count;
  }

  /** A hole above all the others. `limit`: how many may be held, at least 2. */
  append(from: number, to: number, limit: number): void {
    this.missing += to - from + 1;
    this.#makeRoom(limit);
    this.#holes[2 * this.#count] = from;
    this.#holes[2 * this.#count + 1] = to;
    this.#count++;
  }

  /** A hole below all the others, for a train whose first packets came late. */
  prepend(from: number, to: number, limit: number): void {
    this.missing += to - from + 1;
    if (from <= this.forgottenTo) return;
    this.#makeRoom(limit);
    if (from <= this.forgottenTo) return;
    this.#holes.copyWithin(2, 0, 2 * this.#count);
    this.#holes[0] = from;
    this.#holes[1] = to;
    this.#count++;
  }

  /** Whether `number` is known to be missing. */
  has(number: number): boolean {
    return this.#find(number) >= 0;
  }

  /** Takes `number` out of its hole. False when it is in none: it came before, or was forgotten. */
  fill(number: number, limit: number): boolean {
    const at = this.#find(number);
    if (at < 0) return false;
    this.missing--;
    const from = this.#holes[2 * at] as number;
    const to = this.#holes[2 * at + 1] as number;
    if (from === to) {
      this.#holes.copyWithin(2 * at, 2 * at + 2, 2 * this.#count);
      this.#count--;
    } else if (number === from) {
      this.#holes[2 * at] = number + 1;
    } else if (number === to) {
      this.#holes[2 * at + 1] = number - 1;
    } else {
      this.#split(at, number, limit);
    }
    return true;
  }

  #split(at: number, number: number, limit: number): void {
    const to = this.#holes[2 * at + 1] as number;
    this.#holes[2 * at + 1] = number - 1;
    const dropped = this.#makeRoom(limit);
    const place = at - dropped + 1;
    // The hole itself was written off: what is left of its upper part is, too.
    if (place <= 0) {
      this.forgottenTo = Math.max(this.forgottenTo, to);
      return;
    }
    this.#holes.copyWithin(2 * place + 2, 2 * place, 2 * this.#count);
    this.#holes[2 * place] = number + 1;
    this.#holes[2 * place + 1] = to;
    this.#count++;
  }

  /** Index of the hole with `number` in it, or -1. Most latecomers belong into one of the last holes. */
  #find(number: number): number {
    let low = 0;
    let high = this.#count - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      if (number < (this.#holes[2 * middle] as number)) high = middle - 1;
      else if (number > (this.#holes[2 * middle + 1] as number)) low = middle + 1;
      else return middle;
    }
    return -1;
  }

  /** Room for one more; returns how many holes were written off for it. */
  #makeRoom(limit: number): number {
    let dropped = 0;
    if (this.#count >= limit) {
      dropped = this.#count - (limit >> 1) + 1;
      this.forgottenTo = this.#holes[2 * dropped - 1] as number;
      this.#holes.copyWithin(0, 2 * dropped, 2 * this.#count);
      this.#count -= dropped;
    }
    if (2 * this.#count + 2 > this.#holes.length) {
      const bigger = new Float64Array(Math.max(8, this.#holes.length * 2));
      bigger.set(this.#holes.subarray(0, 2 * this.#count));
      this.#holes = bigger;
    }
    return dropped;
  }
}
