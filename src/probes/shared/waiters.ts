import type { Clock } from '../../transport/clock.js';

interface Waiter {
  readonly condition: () => boolean;
  readonly settle: (met: boolean) => void;
  readonly fail: (fault: unknown) => void;
}

/** Steps that wait for what the engine tells. */
export class Waiters {
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #waiters = new Set<Waiter>();

  /** @param signal ends every waiting that began before it: what tidies up goes on after Ctrl-C, bounded by its own time */
  constructor(clock: Clock, signal: AbortSignal) {
    this.#clock = clock;
    this.#signal = signal;
  }

  /** Whether the condition came true within the time. */
  waitFor(condition: () => boolean, milliseconds: number): Promise<boolean> {
    if (condition()) return Promise.resolve(true);
    const signal = this.#signal;
    return new Promise((resolve, reject) => {
      const end = () => {
        this.#waiters.delete(waiter);
        cancel();
        signal.removeEventListener('abort', aborted);
      };
      const settle = (met: boolean) => {
        end();
        resolve(met);
      };
      const fail = (fault: unknown) => {
        end();
        reject(fault);
      };
      const aborted = () => settle(false);
      const waiter: Waiter = { condition, settle, fail };
      const cancel = this.#clock.after(milliseconds, () => settle(condition()));
      this.#waiters.add(waiter);
      if (!signal.aborted) signal.addEventListener('abort', aborted, { once: true });
    });
  }

  /** Something happened: whoever waited for it goes on. */
  look(): void {
    for (const waiter of [...this.#waiters]) if (waiter.condition()) waiter.settle(true);
  }

  /** The engine is at fault: whoever waits is told. */
  fail(fault: unknown): void {
    for (const waiter of [...this.#waiters]) waiter.fail(fault);
  }

  close(): void {
    for (const waiter of [...this.#waiters]) waiter.settle(false);
  }
}
