import { SequenceGaps } from './sequence-gaps.js';

const TWO_32 = 2 ** 32;
/** A jump from this close below 2^32 to this close above 0 is a wrap. */
const WRAP_ZONE = 2 ** 24;
/** A sender that starts again begins near 1, a few packets of it may be lost. */
const RESTART_FIRST = 16;
/** So far back must it go, when the number had been seen … */
const RESTART_REPEAT = 8;
/** … and so far when it had not: less is reordering. */
const RESTART_FRESH = 4096;
/** Packets that must go on from there before it is called a restart. */
const RESTART_PROOF = 3;
const RESTART_STEP = 4;
const LATE_FRAMES = 8;
const QUOTED_WINDOW = 64;
/** Shared by all that have nothing to keep: there may be many of them. */
const NONE: readonly number[] = [];

/**
 * The sequence numbers of one SA in the order they were captured (RFC 4303 §2.2, §3.4.3; RFC 4302 §2.5).
 *
 * Windows: a receiver accepts any number above its right edge, so that edge is the highest number seen whatever
 * the size of the window, and a number left of a window never comes back into it. All sizes are therefore judged
 * from one distance, without a bitmap each. Verdicts assume that every packet would have passed its ICV check.
 *
 * 64-bit numbers are floats, exact up to 2^53.
 */
export class SequenceTrack {
  /** Number of the first and of the last packet as sent, 32 bits. */
  first = -1;
  last = -1;
  reordered = 0;
  maxDistance = 0;
  duplicates = 0;
  dropped32 = 0;
  dropped64 = 0;
  dropped128 = 0;
  dropped1024 = 0;
  wraps = 0;
  restarts = 0;
  /** Packets so late that it is not known any more whether their number had come: reordered or a duplicate. */
  untold = 0;
  lateFrames = NONE;

  /** The number that goes on without a gap, -1 when the next packet needs a closer look. */
  #next = -1;
  #highest = -1;
  #lowest = -1;
  #gaps = new SequenceGaps();
  /** Of the trains before the last restart. */
  #lostBefore = 0;
  #highestBefore = 0;
  /** The clock went back together with the numbers: copies of what was captured before follow. */
  #rewound = false;
  /** What may turn out to be the beginning of a new train. */
  #pending = NONE;
  #pendingFrames = NONE;

  /** Numbers between the lowest and the highest that never came, over all trains. */
  get lost(): number {
    return this.#lostBefore + this.#gaps.missing;
  }

  /** Above 2^32 after a wrap. */
  get highest(): number {
    return Math.max(this.#highest, this.#highestBefore, 0);
  }

  get holes(): number {
    return this.#gaps.holes;
  }

  /**
   * @param sequence as sent, 32 bits
   * @param elapsed seconds since the packet before in this SA, negative when time went back
   * @param limit holes that may be remembered
   * @returns by how much the number of holes held has changed
   */
  observe(sequence: number, frame: number, elapsed: number, limit: number): number {
    this.last = sequence;
    if (sequence === this.#next) {
      this.#highest++;
      this.#next = sequence === 0xffffffff ? -1 : sequence + 1;
      return 0;
    }
    const before = this.#gaps.holes;
    this.#closer(sequence, frame, elapsed, limit);
    return this.#gaps.holes - before;
  }

  /** Decides what is still undecided, for a report; returns what `observe` returns. */
  settle(limit: number): number {
    const pending = this.#pending;
    const frames = this.#pendingFrames;
    if (pending.length === 0) return 0;
    const before = this.#gaps.holes;
    this.#pending = NONE;
    this.#pendingFrames = NONE;
    for (const [i, sequence] of pending.entries()) this.#late(sequence, frames[i] as number, limit);
    this.#expect();
    return this.#gaps.holes - before;
  }

  #closer(sequence: number, frame: number, elapsed: number, limit: number): void {
    if (this.first < 0) {
      this.first = sequence;
      this.#begin(sequence);
      return;
    }
    const number = this.#extend(sequence);
    if (this.#pending.length > 0) {
      const previous = this.#pending[this.#pending.length - 1] as number;
      if (elapsed >= 0 && number > previous && number <= previous + RESTART_STEP && number <= this.#highest) {
        this.#pending = [...this.#pending, number];
        this.#pendingFrames = [...this.#pendingFrames, frame];
        if (this.#pending.length === RESTART_PROOF) this.#restart(limit);
        return;
      }
      this.settle(limit);
    }
    if (number > this.#highest) {
      this.#rewound = false;
      this.#ahead(number, limit);
      return;
    }
    if (elapsed < 0) {
      this.#rewound = true;
      this.#next = -1;
    }
    if (!this.#rewound && this.#mayRestart(sequence, number)) {
      this.#pending = [...this.#pending, number];
      this.#pendingFrames = [...this.#pendingFrames, frame];
      this.#next = -1;
    } else {
      this.#late(number, frame, limit);
    }
  }

  #begin(number: number): void {
    this.#lowest = number;
    this.#highest = number;
    this.#expect();
  }

  #expect(): void {
    const low = this.#highest % TWO_32;
    this.#next = low === 0xffffffff ? -1 : low + 1;
  }

  /** The 64-bit number nearest to the highest one (RFC 4303 appendix A). */
  #extend(sequence: number): number {
    const low = this.#highest % TWO_32;
    const base = this.#highest - low;
    if (low >= TWO_32 - WRAP_ZONE && sequence < WRAP_ZONE) return base + TWO_32 + sequence;
    if (base > 0 && low < WRAP_ZONE && sequence >= TWO_32 - WRAP_ZONE) return base - TWO_32 + sequence;
    return base + sequence;
  }

  #ahead(number: number, limit: number): void {
    if (Math.floor(number / TWO_32) > Math.floor(this.#highest / TWO_32)) this.wraps++;
    if (number > this.#highest + 1) this.#gaps.append(this.#highest + 1, number - 1, limit);
    this.#highest = number;
    this.#expect();
  }

  #late(number: number, frame: number, limit: number): void {
    const distance = this.#highest - number;
    if (number < this.#lowest) {
      if (number < this.#lowest - 1) this.#gaps.prepend(number + 1, this.#lowest - 1, limit);
      this.#lowest = number;
    } else if (!this.#gaps.fill(number, limit)) {
      if (number > this.#gaps.forgottenTo) {
        this.duplicates++;
        this.#quote(frame);
        return;
      }
      this.untold++;
    }
    this.reordered++;
    if (distance > this.maxDistance) this.maxDistance = distance;
    if (distance >= 32) this.dropped32++;
    if (distance >= QUOTED_WINDOW) {
      this.dropped64++;
      this.#quote(frame);
    }
    if (distance >= 128) this.dropped128++;
    if (distance >= 1024) this.dropped1024++;
  }

  #quote(frame: number): void {
    if (this.lateFrames.length < LATE_FRAMES) this.lateFrames = [...this.lateFrames, frame];
  }

  #mayRestart(sequence: number, number: number): boolean {
    if (sequence > RESTART_FIRST) return false;
    const distance = this.#highest - number;
    return distance >= RESTART_FRESH || (distance >= RESTART_REPEAT && !this.#gaps.has(number) && number >= this.#lowest);
  }

  /** The pending packets are the beginning of a new train. */
  #restart(limit: number): void {
    const train = this.#pending.map((number) => number % TWO_32);
    this.#pending = NONE;
    this.#pendingFrames = NONE;
    this.restarts++;
    this.#lostBefore += this.#gaps.missing;
    this.#highestBefore = Math.max(this.#highestBefore, this.#highest);
    this.#gaps = new SequenceGaps();
    const [first = 1, ...more] = train;
    this.#begin(first);
    for (const number of more) this.#ahead(number, limit);
  }
}
