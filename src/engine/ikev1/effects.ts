import type { Registry } from '../ikev2/registry.js';
import { saId } from '../ikev2/sa-id.js';
import type { Refusal } from '../refusal.js';
import { type ArmedTimers, timerId } from '../shared/armed-timers.js';
import type { Environment, Message, Path, Step, Timer } from '../step.js';
import type { Ikev1Happening } from './happenings.js';

import type { Established, Ikev1Sa } from './state.js';

type WithoutPlace<H> = H extends Ikev1Happening ? Omit<H, 'sa' | 'at'> : never;

/** A happening without when and where. */
export type News = WithoutPlace<Ikev1Happening>;

type Named = { readonly spiI: Uint8Array; readonly spiR: Uint8Array };

/** What one step brings about, gathered while it runs. The functions of the exchanges return the next state and leave the rest here. */
export class Effects {
  readonly #send: Message[] = [];
  readonly #timers: Timer[] = [];
  readonly #happenings: Ikev1Happening[] = [];
  /** Phase 1 that was begun to replace another one: it stands beside it. */
  readonly born: Ikev1Sa[] = [];
  /** SAs that came up in this step: what they replace, or make void, is to be looked for. */
  readonly risen: { readonly number: number; readonly initialContact: boolean }[] = [];
  /** SAs whose peer says that it has lost all older ones. */
  readonly anew: Established[] = [];
  /** SAs that the peer deleted: their children may go over to another one. */
  readonly deleted: Established[] = [];

  constructor(
    readonly now: number,
    readonly env: Environment,
    readonly registry: Registry,
    readonly armed: ArmedTimers,
  ) {}

  send(path: Path, bytes: Uint8Array): void {
    this.#send.push({ path, bytes });
  }

  /** Sets a timer of an SA; without `delay`, in milliseconds, it is cancelled. */
  timer({ number }: { readonly number: number }, name: string, delay?: number): void {
    const id = timerId(number, name);
    if (delay === undefined) {
      if (this.armed.disarm(number, name)) this.#timers.push({ id });
      return;
    }
    this.armed.arm(number, name);
    this.#timers.push({ id, at: this.now + delay });
  }

  happen(sa: Named, news: News): void {
    this.#happenings.push({ sa: saId(sa), at: this.now, ...news } as Ikev1Happening);
  }

  /** The end of an SA: its timers go, its children with it, and the caller forgets it. */
  down(sa: Ikev1Sa, by: 'us' | 'peer', refusal?: Refusal): undefined {
    for (const name of this.armed.of(sa.number)) this.timer(sa, name);
    if (sa.kind === 'established') {
      for (const spi of sa.children.keys()) {
        this.registry.releaseChildSpi(spi);
        this.happen(sa, { kind: 'child-down', spiIn: spi, by });
      }
      this.registry.pool.release(sa.number);
      for (const quick of sa.quick.values()) if (quick.kind !== 'done') this.registry.releaseChildSpi(quick.spiIn);
    }
    if (sa.replaces !== undefined && sa.kind !== 'established' && refusal !== undefined) {
      this.happen(sa, { kind: 'rekey-refused', refusal });
    }
    this.happen(sa, { kind: 'ike-down', by, ...(refusal === undefined ? {} : { refusal }) });
    return undefined;
  }

  /** Everything gathered, as the answer to one input. */
  result<S>(state: S): Step<S, Ikev1Happening> {
    return { state, send: this.#send, timers: this.#timers, tls: [], happenings: this.#happenings };
  }
}
