import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Path } from '../../engine/step.js';
import type { SideAnswer } from '../../probes/ike/shared/probe-facts.js';
import type { SharedTransport } from '../../probes/ike/shared/shared-transport.js';
import { systemClock } from '../../transport/clock.js';

/** Wait before the first repetition, in milliseconds. */
const FIRST_WAIT = 700;
const MOST_AT_ONCE = 32;

/** Asks a peer one thing after the other, never faster than it was told to, and counts. */
export class ScanAsker {
  #sent = 0;
  #last = Number.NEGATIVE_INFINITY;

  /**
   * @param rate messages a second
   * @param patience milliseconds that one question is waited for
   */
  constructor(
    private readonly shared: SharedTransport,
    readonly path: Path,
    private readonly rate: number,
    readonly patience: number,
    readonly signal: AbortSignal,
  ) {
    // Several questions wait at once, and each listens for Ctrl-C.
    setMaxListeners(MOST_AT_ONCE, signal);
  }

  /** Messages so far; repetitions of one that was not answered count as one. */
  get sent(): number {
    return this.#sent;
  }

  async ask(message: Uint8Array, patience = this.patience): Promise<SideAnswer> {
    await this.#pace();
    return this.shared.ask(this.path, message, FIRST_WAIT, patience, this.signal);
  }

  /** Sends what nobody answers. */
  async tell(message: Uint8Array): Promise<void> {
    await this.#pace();
    if (!this.signal.aborted) this.shared.tell(this.path, message);
  }

  /** Asks once, and hears everything that comes back: milliseconds after the question. */
  async listen(message: Uint8Array, milliseconds: number, enough: (times: readonly number[]) => boolean): Promise<readonly number[]> {
    await this.#pace();
    return this.shared.listen(this.path, message, milliseconds, enough, this.signal);
  }

  /** Waits for its turn; several that ask at once are sent one behind the other. */
  async #pace(): Promise<void> {
    const now = systemClock.now();
    const turn = Math.max(now, this.#last + 1000 / this.rate);
    this.#last = turn;
    this.#sent++;
    if (turn > now) await sleep(turn - now, undefined, { signal: this.signal }).catch(() => {});
  }
}
