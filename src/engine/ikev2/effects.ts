import type { Refusal } from '../refusal.js';
import { timerId } from '../shared/armed-timers.js';
import type { Environment, Message, Path, Step, Timer, TlsInput } from '../step.js';
import type { Ikev2Happening } from './happenings.js';
import { conversationOf, type Registry } from './registry.js';
import { saId } from './sa-id.js';
import type { Established, IkeSa } from './state.js';

type WithoutPlace<H> = H extends Ikev2Happening ? Omit<H, 'sa' | 'at'> : never;

/** A happening without when and where. */
export type News = WithoutPlace<Ikev2Happening>;

/** What names an IKE SA to the outside. */
type Named = { readonly spiI: Uint8Array; readonly spiR: Uint8Array };

/** What one step brings about, gathered while it runs. The functions of the exchanges return the next state and leave the rest here. */
export class Effects {
  readonly #send: Message[] = [];
  readonly #timers: Timer[] = [];
  readonly #tls: TlsInput[] = [];
  readonly #happenings: Ikev2Happening[] = [];
  /** IKE SAs made by a rekeying: they stand beside the one that is stepped. */
  readonly born: IkeSa[] = [];
  /** Numbers of IKE SAs that have lingered long enough. */
  readonly outdated: number[] = [];
  /** IKE SAs whose peer says that older ones with its identity are void. */
  readonly newcomers: Established[] = [];

  constructor(
    readonly now: number,
    readonly env: Environment,
    readonly registry: Registry,
  ) {}

  send(path: Path, bytes: Uint8Array): void {
    this.#send.push({ path, bytes });
  }

  /** Sets a timer of an IKE SA; without `delay`, in milliseconds, it is cancelled. */
  timer(sa: { readonly number: number }, name: string, delay?: number): void {
    const id = timerId(sa.number, name);
    const { timers } = this.registry;
    if (delay === undefined) {
      if (timers.disarm(sa.number, name)) this.#timers.push({ id });
      return;
    }
    timers.arm(sa.number, name);
    this.#timers.push({ id, at: this.now + delay });
  }

  /** Something for the TLS stack that works for an IKE SA. */
  converse(sa: { readonly number: number }, input: TlsInput): void {
    this.registry.conversations.add(sa.number);
    this.#tls.push(input);
  }

  /** EAP is over: the TLS stack can forget it. */
  hangUp(sa: { readonly number: number }): void {
    if (this.registry.conversations.delete(sa.number)) this.#tls.push({ conversation: conversationOf(sa), close: true });
  }

  happen(sa: Named, news: News): void {
    this.#happenings.push({ sa: saId(sa), at: this.now, ...news } as Ikev2Happening);
  }

  /** The end of an IKE SA: its timers go, and the caller forgets it. */
  down(sa: IkeSa, by: 'us' | 'peer', refusal?: Refusal): undefined {
    for (const name of this.registry.timers.of(sa.number)) this.timer(sa, name);
    this.hangUp(sa);
    this.registry.forget(sa, by, this);
    if (sa.kind === 'closing' && sa.told) return undefined;
    this.happen(sa, { kind: 'ike-down', by, ...(refusal === undefined ? {} : { refusal }) });
    return undefined;
  }

  /** The peer begins anew: other IKE SAs with its identity go (RFC 7296 §2.4). */
  evict(newcomer: Established): void {
    this.newcomers.push(newcomer);
  }

  /** Everything gathered, as the answer to one input. */
  result<S>(state: S): Step<S, Ikev2Happening> {
    return { state, send: this.#send, timers: this.#timers, tls: this.#tls, happenings: this.#happenings };
  }
}
