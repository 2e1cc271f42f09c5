import type { Limits } from '../../src/engine/ike/limits.js';
import { createEndpoint, step } from '../../src/engine/ikev1/endpoint.js';
import type { Endpoint } from '../../src/engine/ikev1/endpoint-state.js';
import type { Ikev1Command, Ikev1Happening } from '../../src/engine/ikev1/happenings.js';
import type { Ikev1Settings } from '../../src/engine/ikev1/settings.js';
import type { Input, Message, Path } from '../../src/engine/step.js';
import { initiatorSettings, proposal, responderSettings } from './ike-settings.js';
import { seededBytes } from './seeded-random.js';

type Side = 'i' | 'r';
type Kind = Ikev1Happening['kind'];
type Of<K extends Kind> = Ikev1Happening extends infer H ? (H extends Ikev1Happening ? (K extends H['kind'] ? H : never) : never) : never;

export interface Ikev1PairOptions {
  readonly initiator?: Partial<Ikev1Settings>;
  readonly responder?: Partial<Ikev1Settings>;
  readonly seed?: number;
  readonly limits?: Partial<Limits>;
  /** What the network makes of a message, each with its delay in ms. Default: one after 1 ms. */
  readonly network?: (message: Message, from: Side, now: number) => readonly { readonly message: Message; readonly delay: number }[];
}

/** The suite of the seed story: everybody speaks it, and it is quick. */
export const V1_IKE = '3DES PRF_HMAC_MD5 MODP_1024';
export const V1_ESP = '3DES AUTH_HMAC_MD5_96';

/** 2026-11-21, for certificates. */
const DATE = Date.UTC(2026, 10, 21);

const turned = ({ channel, local, remote }: Path): Path => ({ channel, local: remote, remote: local });

function settingsOf(base: ReturnType<typeof initiatorSettings>, change: Partial<Ikev1Settings>): Ikev1Settings {
  const child = base.child === undefined ? {} : { child: { ...base.child, proposals: [proposal('ESP', V1_ESP)] } };
  return { ...base, ...child, exchange: 'main', ikeProposals: [proposal('IKE', V1_IKE)], ...change };
}

/** Two IKEv1 endpoints in one memory with one fake clock: messages and timers are done in the order of their times. */
export class Ikev1Pair {
  readonly ends: { i: Endpoint; r: Endpoint };
  readonly happenings: { i: Ikev1Happening[]; r: Ikev1Happening[] } = { i: [], r: [] };
  /** What went over the wire, in order. */
  readonly wire: { readonly from: Side; readonly message: Message }[] = [];
  now = 1000;
  readonly #timers = { i: new Map<string, number>(), r: new Map<string, number>() };
  #flights: { readonly to: Side; readonly message: Message; readonly at: number }[] = [];
  readonly #network: NonNullable<Ikev1PairOptions['network']>;

  constructor({ initiator = {}, responder = {}, seed = 1, limits, network }: Ikev1PairOptions = {}) {
    const env = (n: number) => ({ random: seededBytes(seed * 2 + n), date: () => DATE });
    const bounds = limits === undefined ? {} : { limits };
    this.ends = {
      i: createEndpoint({ settings: settingsOf(initiatorSettings(), initiator), accept: false, ...bounds }, env(0)),
      r: createEndpoint({ settings: settingsOf(responderSettings(), responder), accept: true, ...bounds }, env(1)),
    };
    this.#network = network ?? ((message) => [{ message, delay: 1 }]);
  }

  /** One input, and what comes of it is put on its way. */
  feed(side: Side, input: Input<Ikev1Command>): readonly Ikev1Happening[] {
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
    return result.happenings;
  }

  command(side: Side, command: Ikev1Command): this {
    this.feed(side, { kind: 'command', command });
    return this;
  }

  #advance(until: number): boolean {
    let flight: { readonly to: Side; readonly message: Message; readonly at: number } | undefined;
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
    while (this.#advance(until));
    this.now = until;
    return this;
  }

  /** Brings everything up and runs until it is quiet. */
  up(): this {
    return this.command('i', { kind: 'initiate' }).run();
  }

  all<K extends Kind>(side: Side, kind: K): Of<K>[] {
    return this.happenings[side].filter((one) => one.kind === kind) as Of<K>[];
  }

  last<K extends Kind>(side: Side, kind: K): Of<K> | undefined {
    return this.all(side, kind).at(-1);
  }

  /** Timers that are set, by name, for both ends. */
  get timers(): readonly string[] {
    return (['i', 'r'] as const).flatMap((side) => [...this.#timers[side].keys()].map((id) => `${side}:${id}`));
  }

  /** The traffic in one line each. */
  trace(): string {
    const lines = (['i', 'r'] as const).flatMap((side) =>
      this.all(side, 'sent').map((one) => ({ at: one.at, text: `${one.at} ${side} ${one.exchange}: ${one.payloads.join(' ')}` })),
    );
    const said = (['i', 'r'] as const).flatMap((side) =>
      this.all(side, 'ignored').map((one) => `${one.at} ${side} ignored: ${one.reason}`),
    );
    return [...lines.sort((a, b) => a.at - b.at).map(({ text }) => text), ...said].join('\n');
  }
}
