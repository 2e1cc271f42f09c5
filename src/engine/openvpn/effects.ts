import { type ArmedTimers, timerId } from '../shared/armed-timers.js';
import type { Environment, Message, Path, Step, Timer, TlsInput } from '../step.js';
import type { OpenvpnHappening } from './happenings.js';

type WithoutPlace<H> = H extends OpenvpnHappening ? Omit<H, 'session' | 'at'> : never;
/** A happening without when and where. */
export type News = WithoutPlace<OpenvpnHappening>;

/** What one step brings about, gathered while it runs. */
export class Effects {
  readonly #send: Message[] = [];
  readonly #timers: Timer[] = [];
  readonly #tls: TlsInput[] = [];
  readonly #happenings: OpenvpnHappening[] = [];

  constructor(
    readonly now: number,
    readonly env: Environment,
    private readonly armed: ArmedTimers,
  ) {}

  send(path: Path, bytes: Uint8Array): void {
    this.#send.push({ path, bytes });
  }

  /** Sets a timer of a session; without `delay`, in milliseconds, it is cancelled. */
  timer(session: number, name: string, delay?: number): void {
    const id = timerId(session, name);
    if (delay !== undefined) {
      this.armed.arm(session, name);
      this.#timers.push({ id, at: this.now + delay });
    } else if (this.armed.disarm(session, name)) this.#timers.push({ id });
  }

  /** A session goes: nothing shall wake it any more. */
  stopTimers(session: number): void {
    for (const name of this.armed.of(session)) this.timer(session, name);
  }

  converse(input: TlsInput): void {
    this.#tls.push(input);
  }

  happen(session: number, news: News): void {
    this.#happenings.push({ session, at: this.now, ...news } as OpenvpnHappening);
  }

  /** Everything gathered, as the answer to one input. */
  result<S>(state: S): Step<S, OpenvpnHappening> {
    return { state, send: this.#send, timers: this.#timers, tls: this.#tls, happenings: this.#happenings };
  }
}
