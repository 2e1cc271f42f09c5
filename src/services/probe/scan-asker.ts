import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Path } from '../../engine/step.js';
import type { SideAnswer } from '../../probes/ike/shared/probe-facts.js';
import type { SharedTransport } from '../../probes/ike/shared/shared-transport.js';
import type { PathError } from '../../probes/shared/path-error.js';
import { systemClock } from '../../transport/clock.js';

/** Wait before the first repetition, in milliseconds, of a peer that has answered nothing yet. */
const FIRST_WAIT = 700;
/** Part of the patience before the first repetition: three are sent in all. */
const FIRST_PART = 6;
/** Milliseconds of patience with a peer that answers: no less, however fast it is, and no more. */
const LEAST_PATIENCE = 700;
const SHORT_PATIENCE = 2000;
/** So many times its slowest answer. */
const MARGIN = 20;
const MOST_AT_ONCE = 32;

/** Asks a peer one thing after the other, never faster than it was told to, and counts. */
export class ScanAsker {
  #sent = 0;
  #last = Number.NEGATIVE_INFINITY;
  /** Milliseconds. */
  #slowest: number | undefined;
  /** What ICMP said last. */
  error: PathError | undefined;

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

  /**
   * Milliseconds after which silence is one: of a peer that has shown how fast it answers, few.
   * @param work so many times as long as an answer that takes it no computing
   */
  enough(work = 1): number {
    if (this.#slowest === undefined) return this.patience;
    return Math.min(this.patience, SHORT_PATIENCE, work * Math.max(LEAST_PATIENCE, MARGIN * this.#slowest));
  }

  /** @param patience asked for anew while it waits, since others may be answered meanwhile */
  async ask(message: Uint8Array, patience: () => number = () => this.patience): Promise<SideAnswer> {
    await this.#pace();
    const first = Math.min(FIRST_WAIT, patience() / FIRST_PART);
    const answer = await this.shared.ask(this.path, message, first, patience, this.signal, () => this.#turn());
    if (answer.kind === 'error') this.error = answer.error;
    if (answer.kind === 'answered') this.#slowest = Math.max(this.#slowest ?? 0, answer.milliseconds);
    return answer;
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
    this.#sent++;
    const wait = this.#turn();
    if (wait > 0) await sleep(wait, undefined, { signal: this.signal }).catch(() => {});
  }

  /** Takes the next turn: milliseconds until then. */
  #turn(): number {
    const now = systemClock.now();
    const turn = Math.max(now, this.#last + 1000 / this.rate);
    this.#last = turn;
    return turn - now;
  }
}
