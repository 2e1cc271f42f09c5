import type { Clock } from '../../src/transport/clock.js';

interface Due {
  readonly at: number;
  readonly order: number;
  readonly action: () => void;
  cancelled: boolean;
}

/** Time that passes only when told to: whatever is due happens in order of its time, and of its being set where that is equal. */
export class FakeClock implements Clock {
  #now = 0;
  #order = 0;
  /** A binary heap: many runs of long conversations must stay quick. */
  readonly #heap: Due[] = [];
  #pending = 0;

  now(): number {
    return this.#now;
  }

  /** Actions that are still to come: what leaks timers shows here. */
  get pending(): number {
    return this.#pending;
  }

  after(milliseconds: number, action: () => void): () => void {
    const due: Due = { at: this.#now + Math.max(0, milliseconds), order: this.#order++, action, cancelled: false };
    this.#push(due);
    this.#pending++;
    return () => {
      if (!due.cancelled) this.#pending--;
      due.cancelled = true;
    };
  }

  /** Lets the next thing happen, and time pass until it does. False: nothing is left. */
  step(): boolean {
    for (;;) {
      const due = this.#pop();
      if (due === undefined) return false;
      if (due.cancelled) continue;
      due.cancelled = true;
      this.#pending--;
      this.#now = Math.max(this.#now, due.at);
      due.action();
      return true;
    }
  }

  /** Lets so many milliseconds pass. */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const next = this.#next();
      if (next === undefined || next.at > end) break;
      this.step();
    }
    this.#now = end;
  }

  /** Lets things happen until the condition holds; false when nothing is left or the time is over. */
  runUntil(condition: () => boolean, milliseconds = Number.POSITIVE_INFINITY): boolean {
    const end = this.#now + milliseconds;
    while (!condition()) {
      const next = this.#next();
      if (next === undefined || next.at > end) return false;
      this.step();
    }
    return true;
  }

  /** Lets things happen until the promise is settled. Throws when nothing is left that could settle it. */
  async settle<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const mark = () => {
      settled = true;
    };
    promise.then(mark, mark);
    for (;;) {
      // Whatever hangs on promises alone gets its turn before time goes on.
      await new Promise((resolve) => setImmediate(resolve));
      if (settled) return promise;
      if (!this.step()) throw new Error('nothing is left to happen, and the promise is not settled');
    }
  }

  #next(): Due | undefined {
    while (this.#heap[0]?.cancelled === true) this.#pop();
    return this.#heap[0];
  }

  #push(due: Due): void {
    const heap = this.#heap;
    let at = heap.push(due) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(due, heap[parent] as Due)) break;
      heap[at] = heap[parent] as Due;
      at = parent;
    }
    heap[at] = due;
  }

  #pop(): Due | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined || heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] as Due, heap[child] as Due)) child++;
      if (!before(heap[child] as Due, last)) break;
      heap[at] = heap[child] as Due;
      at = child;
    }
    heap[at] = last;
    return top;
  }
}

function before(a: Due, b: Due): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
