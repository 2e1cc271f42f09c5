import { timerId } from '../shared/armed-timers.js';
import type { Environment, Message, Path, Step, Timer, TlsInput } from '../step.js';
import type { Registry } from './registry.js';
import { type IkeSaId, type SaSpis, saId } from './sa-id.js';

type Placed = { readonly sa: IkeSaId; readonly at: number };

/** A happening without when and where. */
export type News<H extends Placed> = H extends Placed ? Omit<H, 'sa' | 'at'> : never;

/** What one step of either IKE engine brings about, gathered while it runs; each adds what its own exchanges leave behind. */
export class StepEffects<H extends Placed> {
  readonly #send: Message[] = [];
  readonly #timers: Timer[] = [];
  readonly #happenings: H[] = [];
  protected readonly tls: TlsInput[] = [];

  constructor(
    readonly now: number,
    readonly env: Environment,
    readonly registry: Registry,
  ) {}

  send(path: Path, bytes: Uint8Array): void {
    this.#send.push({ path, bytes });
  }

  /** Sets a timer of an IKE SA; without `delay`, in milliseconds, it is cancelled. */
  timer({ number }: { readonly number: number }, name: string, delay?: number): void {
    const id = timerId(number, name);
    const { timers } = this.registry;
    if (delay === undefined) {
      if (timers.disarm(number, name)) this.#timers.push({ id });
      return;
    }
    timers.arm(number, name);
    this.#timers.push({ id, at: this.now + delay });
  }

  /** An IKE SA goes: nothing shall wake it any more. */
  protected stopTimers(sa: { readonly number: number }): void {
    for (const name of this.registry.timers.of(sa.number)) this.timer(sa, name);
  }

  happen(sa: SaSpis, news: News<H>): void {
    this.#happenings.push({ sa: saId(sa), at: this.now, ...news } as unknown as H);
  }

  /** Everything gathered, as the answer to one input. */
  result<S>(state: S): Step<S, H> {
    return { state, send: this.#send, timers: this.#timers, tls: this.tls, happenings: this.#happenings };
  }
}
