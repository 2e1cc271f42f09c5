import { BugError, UsageError } from '../bytes/errors.js';
import type { Input, Step, StepFunction, Timer, TlsInput, TlsOutput } from '../engine/step.js';
import { type Clock, systemClock } from './clock.js';
import type { Arrival, Transport } from './transport.js';

/** A TLS stack beside the machine: every input is answered with at least one output, at once or later. */
export interface TlsStack {
  handle(input: TlsInput, answer: (output: TlsOutput) => void): void;
  /** Forgets all conversations. */
  close(): void;
}

export interface DriverOptions<State, Command, Happening> {
  readonly machine: StepFunction<State, Command, Happening>;
  readonly state: State;
  /** The driver is its one listener, and closes it in the end. */
  readonly transport: Pick<Transport, 'sendMessage' | 'onArrival' | 'close'>;
  /** Default: that of this process. */
  readonly clock?: Clock;
  readonly tls?: TlsStack;
  /** Whatever came in that is no message of the machine's protocol: ESP and AH, keepalives, what ICMP said. */
  readonly onArrival?: (arrival: Exclude<Arrival, { kind: 'message' }>) => void;
}

interface Waiter<Happening> {
  readonly wanted: (happening: Happening) => boolean;
  readonly settle: (happening: Happening | undefined) => void;
}

/** Inputs that wait while a step is being taken. Only what steps themselves cause can pile up here. */
const MAX_WAITING = 100_000;

/**
 * Gives a machine its messages, timers and TLS, and carries out what it asks for. Steps are taken one after the other, in the order
 * of what happened. A machine that throws, but for commands that cannot be, is at fault: the driver stops there, and says so to whoever
 * waits or commands.
 */
export class Driver<State, Command, Happening> {
  readonly #options: DriverOptions<State, Command, Happening>;
  readonly #clock: Clock;
  readonly #timers = new Map<string, () => void>();
  readonly #listeners = new Set<(happening: Happening) => void>();
  readonly #waiters = new Set<Waiter<Happening>>();
  #inputs: Input<Command>[] = [];
  #state: State;
  #stepping = false;
  #closed = false;
  #failure: unknown;
  #refused: UsageError | undefined;

  constructor(options: DriverOptions<State, Command, Happening>) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#state = options.state;
    options.transport.onArrival((arrival) => this.#arrived(arrival));
  }

  get state(): State {
    return this.#state;
  }

  /** Calls back for every happening from now on, before those who wait for it; the function returned ends that. */
  onHappening(listener: (happening: Happening) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Given from within a happening it is taken after the step.
   * @throws UsageError when the machine refuses the command, which changes nothing; what else it threw, now or before, which ends it
   */
  command(command: Command): void {
    this.#input({ kind: 'command', command });
    const refused = this.#refused;
    this.#refused = undefined;
    if (refused !== undefined) throw refused;
    if (this.#failure !== undefined) throw this.#failure;
  }

  /**
   * The next happening of this kind; `undefined` when it did not come within so many milliseconds, the signal said so, or the
   * driver was closed.
   * @throws (rejects with) what the machine threw
   */
  until<Wanted extends Happening>(
    wanted: (happening: Happening) => happening is Wanted,
    milliseconds: number,
    signal?: AbortSignal,
  ): Promise<Wanted | undefined>;
  until(wanted: (happening: Happening) => boolean, milliseconds: number, signal?: AbortSignal): Promise<Happening | undefined>;
  until(wanted: (happening: Happening) => boolean, milliseconds: number, signal?: AbortSignal): Promise<Happening | undefined> {
    const answer = new Promise<Happening | undefined>((resolve, reject) => {
      const cancel = this.#clock.after(milliseconds, () => waiter.settle(undefined));
      const aborted = () => waiter.settle(undefined);
      const waiter: Waiter<Happening> = {
        wanted,
        settle: (happening) => {
          this.#waiters.delete(waiter);
          cancel();
          signal?.removeEventListener('abort', aborted);
          if (happening === undefined && this.#failure !== undefined) reject(this.#failure);
          else resolve(happening);
        },
      };
      signal?.addEventListener('abort', aborted, { once: true });
      this.#waiters.add(waiter);
      if (this.#closed || this.#failure !== undefined || signal?.aborted === true) waiter.settle(undefined);
    });
    // Of several who wait, one that gives up must not leave the others' rejections to the process.
    answer.catch(() => {});
    return answer;
  }

  /** Gives a command and waits for what it leads to, even when that comes at once. As `until` otherwise. */
  request<Wanted extends Happening>(
    command: Command,
    wanted: (happening: Happening) => happening is Wanted,
    milliseconds: number,
    signal?: AbortSignal,
  ): Promise<Wanted | undefined>;
  request(
    command: Command,
    wanted: (happening: Happening) => boolean,
    milliseconds: number,
    signal?: AbortSignal,
  ): Promise<Happening | undefined>;
  request(
    command: Command,
    wanted: (happening: Happening) => boolean,
    milliseconds: number,
    signal?: AbortSignal,
  ): Promise<Happening | undefined> {
    const refusal = new AbortController();
    const answer = this.until(wanted, milliseconds, signal === undefined ? refusal.signal : AbortSignal.any([signal, refusal.signal]));
    try {
      this.command(command);
    } catch (error) {
      refusal.abort();
      return Promise.reject(error);
    }
    return answer;
  }

  /** Stops timers, TLS and transport; whoever waits gets `undefined`. What should still be said to the peer is said before. */
  async close(): Promise<void> {
    this.#stop();
    await this.#options.transport.close();
  }

  #stop(): void {
    this.#closed = true;
    this.#inputs = [];
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    for (const waiter of [...this.#waiters]) waiter.settle(undefined);
    this.#options.tls?.close();
  }

  #arrived(arrival: Arrival): void {
    if (arrival.kind === 'message') this.#input({ kind: 'message', message: { path: arrival.path, bytes: arrival.bytes } });
    else if (!this.#closed) {
      try {
        this.#options.onArrival?.(arrival);
      } catch (error) {
        // Thrown here it would end the process; who drives the machine shall hear of it.
        this.#fail(error);
      }
    }
  }

  /** Takes the step now or, from within a step, after it. */
  #input(input: Input<Command>): void {
    if (this.#closed) return;
    if (this.#inputs.length >= MAX_WAITING) {
      this.#fail(new BugError(`${MAX_WAITING} inputs came of one step`));
      return;
    }
    this.#inputs.push(input);
    if (this.#stepping) return;
    this.#stepping = true;
    try {
      // A queue that grows while it is walked: the steps' own inputs come behind it.
      for (let at = 0; at < this.#inputs.length; at++) this.#step(this.#inputs[at] as Input<Command>);
    } catch (error) {
      // Only who gave the command can be told.
      if (error instanceof UsageError && input.kind === 'command' && this.#inputs.length === 1) this.#refused = error;
      else this.#fail(error);
    } finally {
      this.#inputs = [];
      this.#stepping = false;
    }
  }

  #step(input: Input<Command>): void {
    const step = this.#options.machine(this.#state, input, this.#clock.now());
    this.#state = step.state;
    this.#carryOut(step);
  }

  #carryOut({ send, timers, tls, happenings }: Step<State, Happening>): void {
    for (const { path, bytes } of send) this.#options.transport.sendMessage(path, bytes);
    for (const timer of timers) this.#setTimer(timer);
    for (const input of tls) this.#tls(input);
    for (const happening of happenings) {
      for (const listener of [...this.#listeners]) listener(happening);
      for (const waiter of [...this.#waiters]) if (waiter.wanted(happening)) waiter.settle(happening);
    }
  }

  #setTimer({ id, at }: Timer): void {
    this.#timers.get(id)?.();
    this.#timers.delete(id);
    if (at === undefined || this.#closed) return;
    const cancel = this.#clock.after(at - this.#clock.now(), () => {
      // Clocks round, and cannot wait for ever: a timer that comes early is set again.
      if (this.#clock.now() < at) return this.#setTimer({ id, at });
      this.#timers.delete(id);
      this.#input({ kind: 'timer', id });
    });
    this.#timers.set(id, cancel);
  }

  #tls(input: TlsInput): void {
    if (this.#options.tls === undefined) throw new BugError('the machine asks for TLS and there is none');
    this.#options.tls.handle(input, (output) => this.#input({ kind: 'tls', output }));
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    this.#stop();
  }
}
