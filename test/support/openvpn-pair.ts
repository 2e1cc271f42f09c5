import { Endpoint } from '../../src/engine/openvpn/endpoint.js';
import type { OpenvpnCommand, OpenvpnHappening } from '../../src/engine/openvpn/happenings.js';
import type { Limits } from '../../src/engine/openvpn/limits.js';
import type { TlsSettings } from '../../src/engine/openvpn/settings.js';
import type { Message, Path, StepFunction } from '../../src/engine/step.js';
import { Driver, type TlsStack } from '../../src/transport/driver.js';
import { FakeClock } from './fake-clock.js';
import { FakeTls } from './fake-tls.js';
import { seededBytes } from './seeded-random.js';

type Side = 'client' | 'server';
type Kind = OpenvpnHappening['kind'];
type Of<K extends Kind> = OpenvpnHappening extends infer H
  ? H extends OpenvpnHappening
    ? K extends H['kind']
      ? H
      : never
    : never
  : never;

export interface OpenvpnPairOptions {
  readonly client: TlsSettings;
  readonly server: TlsSettings;
  readonly limits?: Partial<Limits>;
  readonly seed?: number;
  readonly clock?: FakeClock;
  /** What becomes of a packet: nothing, or copies with a delay in milliseconds. Default: it arrives after one. */
  readonly network?: (bytes: Uint8Array, from: Side) => readonly { readonly bytes: Uint8Array; readonly delay: number }[];
  readonly tls?: (side: Side) => TlsStack;
}

const ADDRESSES = { client: { address: '198.51.100.1', port: 40_000 }, server: { address: '203.0.113.1', port: 1194 } } as const;
const DATE = Date.UTC(2026, 10, 1);
/** Milliseconds for the last acknowledgments. */
const UNDER_WAY = 10;

/** A client and a server on one clock, over a wire that a test may spoil. Data packets go nowhere: `send-inner` is handed over as it is. */
export class OpenvpnPair {
  readonly clock: FakeClock;
  readonly ends: { readonly client: Endpoint; readonly server: Endpoint };
  readonly happenings: { readonly client: OpenvpnHappening[]; readonly server: OpenvpnHappening[] } = { client: [], server: [] };
  readonly fakeTls: FakeTls[] = [];
  readonly #drivers: {
    readonly client: Driver<undefined, OpenvpnCommand, OpenvpnHappening>;
    readonly server: Driver<undefined, OpenvpnCommand, OpenvpnHappening>;
  };
  readonly #listeners: { client?: (message: Message) => void; server?: (message: Message) => void } = {};
  readonly #network: NonNullable<OpenvpnPairOptions['network']>;

  constructor(options: OpenvpnPairOptions) {
    this.clock = options.clock ?? new FakeClock();
    this.#network = options.network ?? ((bytes) => [{ bytes, delay: 1 }]);
    const { limits, seed = 1 } = options;
    const end = (side: Side): Endpoint =>
      new Endpoint(
        { settings: options[side], ...(limits && { limits }) },
        { random: seededBytes(2 * seed + (side === 'client' ? 0 : 1)), date: () => DATE + this.clock.now() },
      );
    this.ends = { client: end('client'), server: end('server') };
    this.#drivers = { client: this.#drive('client', options), server: this.#drive('server', options) };
  }

  #drive(side: Side, { tls, seed = 1 }: OpenvpnPairOptions): Driver<undefined, OpenvpnCommand, OpenvpnHappening> {
    const other = side === 'client' ? 'server' : 'client';
    const end = this.ends[side];
    const machine: StepFunction<undefined, OpenvpnCommand, OpenvpnHappening> = (_, input, now) => ({
      ...end.step(input, now),
      state: undefined,
    });
    const fake = new FakeTls(this.clock, seededBytes(1000 + 2 * seed + (side === 'client' ? 0 : 1)));
    this.fakeTls.push(fake);
    const driver = new Driver({
      machine,
      state: undefined,
      clock: this.clock,
      tls: tls?.(side) ?? fake,
      transport: {
        sendMessage: ({ local }, bytes) => {
          for (const copy of this.#network(bytes, side)) {
            this.clock.after(copy.delay, () => {
              const path: Path = { channel: 'openvpn', local: ADDRESSES[other], remote: local };
              this.#listeners[other]?.({ path, bytes: copy.bytes });
            });
          }
        },
        onArrival: (listener) => {
          this.#listeners[side] = (message) => listener({ kind: 'message', ...message });
        },
        close: async () => {},
      },
    });
    driver.onHappening((happening) => {
      this.happenings[side].push(happening);
      if (happening.kind !== 'send-inner') return;
      this.clock.after(1, () => {
        const session = this.sessionOf(other);
        if (session !== undefined) this.#drivers[other].command({ kind: 'inner', session, bytes: happening.bytes });
      });
    });
    return driver;
  }

  /** Something that reaches an end as if the other, or a stranger, had sent it. */
  inject(to: Side, bytes: Uint8Array, from: Path['remote'] = ADDRESSES[to === 'client' ? 'server' : 'client']): void {
    this.#listeners[to]?.({ path: { channel: 'openvpn', local: ADDRESSES[to], remote: from }, bytes });
  }

  connect(): void {
    this.command('client', { kind: 'connect', path: { channel: 'openvpn', local: ADDRESSES.client, remote: ADDRESSES.server } });
  }

  command(side: Side, command: OpenvpnCommand): void {
    this.#drivers[side].command(command);
  }

  /** The session that came up last and has not ended. */
  sessionOf(side: Side): number | undefined {
    const list = this.happenings[side];
    const up = list.findLast(({ kind }) => kind === 'up');
    return up === undefined || list.some(({ kind, session }) => kind === 'ended' && session === up.session) ? undefined : up.session;
  }

  all<K extends Kind>(side: Side, kind: K): readonly Of<K>[] {
    return this.happenings[side].filter((happening) => happening.kind === kind) as Of<K>[];
  }

  last<K extends Kind>(side: Side, kind: K): Of<K> | undefined {
    return this.all(side, kind).at(-1);
  }

  /** Connects and lets time pass until both ends use their keys, and have heard what was still under way; false when they do not. */
  up(milliseconds = 120_000): boolean {
    this.connect();
    const both = () => (['client', 'server'] as const).every((side) => this.last(side, 'keys-active') !== undefined);
    const up = this.clock.runUntil(both, milliseconds);
    this.clock.advance(UNDER_WAY);
    return up;
  }

  /** Closes both ends and lets what is left happen. */
  finish(): void {
    for (const side of ['client', 'server'] as const) {
      const session = this.sessionOf(side);
      if (session !== undefined) this.command(side, { kind: 'close', session });
      this.clock.advance(600_000);
    }
  }
}
