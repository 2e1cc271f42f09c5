import { toHex } from '../../src/bytes/hex.js';
import type { ChildSa } from '../../src/engine/child-sa.js';
import type { Limits } from '../../src/engine/ike/limits.js';
import type { IkeSettings } from '../../src/engine/ike/settings.js';
import { createEndpoint, step } from '../../src/engine/ikev2/endpoint.js';
import type { Endpoint } from '../../src/engine/ikev2/endpoint-state.js';
import type { Ikev2Command, Ikev2Happening } from '../../src/engine/ikev2/happenings.js';
import type { Input, Message, Path, TlsInput, TlsOutput } from '../../src/engine/step.js';
import { seededBytes } from './seeded-random.js';

type Side = 'i' | 'r';
type Kind = Ikev2Happening['kind'];
type Of<K extends Kind> = Ikev2Happening extends infer H ? (H extends Ikev2Happening ? (K extends H['kind'] ? H : never) : never) : never;

interface Flight {
  readonly to: Side;
  readonly message: Message;
  readonly at: number;
}

export interface PairOptions {
  readonly initiator: IkeSettings;
  readonly responder: IkeSettings;
  readonly seed?: number;
  readonly limits?: Partial<Limits>;
  /** What the network makes of a message: nothing, one or several, each with its delay in ms. Default: one after 1 ms. */
  readonly network?: (message: Message, from: Side, now: number) => readonly { readonly message: Message; readonly delay: number }[];
  /** Stands for the TLS stacks; undefined: no answer. */
  readonly tls?: (side: Side, input: TlsInput) => TlsOutput | undefined;
}

/** 2026-11-21, for certificates. */
const DATE = Date.UTC(2026, 10, 21);

const turned = ({ channel, local, remote }: Path): Path => ({ channel, local: remote, remote: local });

/** Two endpoints in one memory with one fake clock: messages and timers are done in the order of their times. */
export class IkePair {
  readonly ends: { i: Endpoint; r: Endpoint };
  readonly happenings: { i: Ikev2Happening[]; r: Ikev2Happening[] } = { i: [], r: [] };
  /** What went over the wire, in order. */
  readonly wire: { readonly from: Side; readonly message: Message }[] = [];
  /** What the TLS stacks were asked. */
  readonly tls: { readonly side: Side; readonly input: TlsInput }[] = [];
  now = 1000;
  readonly #timers = { i: new Map<string, number>(), r: new Map<string, number>() };
  #flights: Flight[] = [];
  readonly #network: NonNullable<PairOptions['network']>;
  readonly #tls: PairOptions['tls'];

  constructor({ initiator, responder, seed = 1, limits, network, tls }: PairOptions) {
    this.#tls = tls;
    const env = (n: number) => ({ random: seededBytes(seed * 2 + n), date: () => DATE });
    const bounds = limits === undefined ? {} : { limits };
    this.ends = {
      i: createEndpoint({ settings: initiator, accept: false, ...bounds }, env(0)),
      r: createEndpoint({ settings: responder, accept: true, ...bounds }, env(1)),
    };
    this.#network = network ?? ((message) => [{ message, delay: 1 }]);
  }

  /** One input, and what comes of it is put on its way. */
  feed(side: Side, input: Input<Ikev2Command>): readonly Ikev2Happening[] {
    const result = step(this.ends[side], input, this.now);
    for (const { id, at } of result.timers) {
      if (at === undefined) this.#timers[side].delete(id);
      else this.#timers[side].set(id, at);
    }
    for (const message of result.send) {
      this.wire.push({ from: side, message });
      for (const { message: arriving, delay } of this.#network(message, side, this.now)) {
        const seen = { bytes: arriving.bytes, path: turned(arriving.path) };
        this.#flights.push({ to: side === 'i' ? 'r' : 'i', message: seen, at: this.now + delay });
      }
    }
    this.happenings[side].push(...result.happenings);
    for (const input of result.tls) {
      this.tls.push({ side, input });
      const output = this.#tls?.(side, input);
      if (output !== undefined) this.feed(side, { kind: 'tls', output });
    }
    return result.happenings;
  }

  command(side: Side, command: Ikev2Command): void {
    this.feed(side, { kind: 'command', command });
  }

  /** Does what is next; false when nothing is left before `until`. */
  advance(until: number): boolean {
    let flight: Flight | undefined;
    for (const one of this.#flights) if (flight === undefined || one.at < flight.at) flight = one;
    let timer: { readonly side: Side; readonly id: string; readonly at: number } | undefined;
    for (const side of ['i', 'r'] as const)
      for (const [id, at] of this.#timers[side]) if (timer === undefined || at < timer.at) timer = { side, id, at };
    const next = Math.min(flight?.at ?? Infinity, timer?.at ?? Infinity);
    if (next === Infinity || next > until) return false;
    this.now = Math.max(this.now, next);
    if (flight !== undefined && flight.at === next) {
      this.#flights = this.#flights.filter((one) => one !== flight);
      this.feed(flight.to, { kind: 'message', message: flight.message });
    } else if (timer !== undefined) {
      this.#timers[timer.side].delete(timer.id);
      this.feed(timer.side, { kind: 'timer', id: timer.id });
    }
    return true;
  }

  /** Runs for so many milliseconds of the fake clock. */
  run(milliseconds = 100): this {
    const until = this.now + milliseconds;
    while (this.advance(until));
    this.now = until;
    return this;
  }

  /** Brings the IKE SA up and runs until it is quiet. */
  up(): this {
    this.command('i', { kind: 'initiate' });
    return this.run();
  }

  /** All happenings of a kind. */
  all<K extends Kind>(side: Side, kind: K): Of<K>[] {
    return this.happenings[side].filter((one) => one.kind === kind) as Of<K>[];
  }

  /** The last happening of a kind. */
  last<K extends Kind>(side: Side, kind: K): Of<K> | undefined {
    return this.all(side, kind).at(-1);
  }

  /** Timers that are set, by name, for both ends. */
  get timers(): readonly string[] {
    return (['i', 'r'] as const).flatMap((side) => [...this.#timers[side].keys()].map((id) => `${side}:${id}`));
  }

  /** Kinds of happenings without the traffic, for tables. */
  kinds(side: Side): readonly Kind[] {
    return this.happenings[side].map(({ kind }) => kind).filter((kind) => kind !== 'sent' && kind !== 'received');
  }

  /** The traffic in one line each: `> IKE_SA_INIT: SA KE Nonce`. */
  trace(): string {
    const lines = (['i', 'r'] as const).flatMap((side) =>
      this.all(side, 'sent').map((one) => ({
        at: one.at,
        text: `${one.at} ${side} ${one.exchange} ${one.messageId}${one.response ? ' response' : ''}: ${one.payloads.join(' ')}`,
      })),
    );
    return lines
      .sort((a, b) => a.at - b.at)
      .map(({ text }) => text)
      .join('\n');
  }
}

/** Keys and selectors of a pair of CHILD_SAs as both ends see them, for comparing. */
export function childText(child: ChildSa, inbound: boolean): string {
  const keys = inbound ? child.keysIn : child.keysOut;
  return `${inbound ? child.spiIn : child.spiOut} ${toHex(keys.encryption.reveal())} ${toHex(keys.salt.reveal())} ${toHex(keys.integrity.reveal())}`;
}
