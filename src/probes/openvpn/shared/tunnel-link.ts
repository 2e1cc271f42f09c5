import { BugError } from '../../../bytes/errors.js';
import type { PrepareCipher } from '../../../crypto/cipher.js';
import type { RandomSource } from '../../../crypto/random-source.js';
import type { InnerMachine } from '../../../engine/inner/machine.js';
import type { DataCounts } from '../../../engine/openvpn/data/data-channel.js';
import type { OpenvpnCommand, OpenvpnHappening } from '../../../engine/openvpn/happenings.js';
import type { OpenvpnSettings } from '../../../engine/openvpn/settings.js';
import type { TrafficOf } from '../../../engine/openvpn/traffic.js';
import type { Environment, Path } from '../../../engine/step.js';
import type { Clock } from '../../../transport/clock.js';
import type { TlsStack } from '../../../transport/driver.js';
import { OpenvpnEndpoint, type OpenvpnMachine } from '../../../transport/openvpn/endpoint.js';
import type { OpenvpnArrival, OpenvpnSockets } from '../../../transport/openvpn/sockets.js';
import { InnerTraffic } from '../../shared/inner-traffic.js';
import { Waiters } from '../../shared/waiters.js';
import type { ProbeTarget, Remote } from '../target.js';
import type { Link, SideAnswer } from './link.js';
import type { ProbeFacts } from './probe-facts.js';

/** What of the world a link needs: sockets, names, clocks. */
export interface LinkOptions {
  readonly target: ProbeTarget;
  readonly facts: ProbeFacts;
  readonly clock: Clock;
  readonly environment: Environment;
  readonly signal: AbortSignal;
  readonly createTls: () => TlsStack;
  readonly createMachine: (settings: OpenvpnSettings, traffic: TrafficOf) => OpenvpnMachine;
  readonly openSockets: (remote: Remote, address: string, source: string, port: number) => Promise<OpenvpnSockets>;
  readonly resolve: Link['resolve'];
  readonly route: Link['route'];
  /** Told of everything that happens, for the key log. */
  readonly onHappening?: (happening: OpenvpnHappening) => void;
  readonly prepare?: PrepareCipher;
  /** Payloads out of the tunnel that no test asked for. */
  readonly onInnerPacket?: (packet: Uint8Array) => void;
}

/** As long as a timer can be. */
const FOR_EVER = 2 ** 31 - 1;
const never = (): boolean => false;

/** The real thing behind `Link`: our engine as a client, or as one of two ends with a static key. */
export class TunnelLink implements Link {
  readonly #options: LinkOptions;
  readonly #waiters: Waiters;
  readonly #inner: InnerTraffic;
  #sockets: OpenvpnSockets | undefined;
  #endpoint: OpenvpnEndpoint | undefined;
  #tls: TlsStack | undefined;
  #path: Path | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#waiters = new Waiters(options.clock, options.signal);
    this.#inner = new InnerTraffic(options.clock, (packet) => this.sendInner(packet));
  }

  get signal(): AbortSignal {
    return this.#options.signal;
  }

  get random(): RandomSource {
    return this.#options.environment.random;
  }

  get path(): Path | undefined {
    return this.#path;
  }

  get counts(): DataCounts | undefined {
    const { session } = this.#options.facts;
    return session === undefined ? undefined : this.#endpoint?.counts(session);
  }

  now(): number {
    return this.#options.clock.now();
  }

  date(): number {
    return this.#options.environment.date();
  }

  resolve(host: string): Promise<readonly string[]> {
    return this.#options.resolve(host);
  }

  route(address: string): ReturnType<Link['route']> {
    return this.#options.route(address);
  }

  async open(remote: Remote, address: string, source: string): Promise<void> {
    await this.#shut();
    const { openSockets, target } = this.#options;
    this.#sockets = await openSockets(remote, address, source, target.localPort ?? 0);
    this.#path = pathTo(this.#sockets, remote, address);
  }

  connect(): void {
    const [sockets, path] = [this.#sockets, this.#path];
    const { facts, target } = this.#options;
    if (sockets === undefined || path === undefined || facts.remote === undefined) throw new BugError('the socket is not open');
    this.#tls = this.#options.createTls();
    this.#endpoint = this.#createEndpoint(sockets, target.settings[facts.remote.protocol], this.#tls, {
      onHappening: (happening) => {
        facts.apply(happening);
        this.#options.onHappening?.(happening);
        this.#waiters.look();
      },
      onError: (error) => {
        facts.applyError(error);
        this.#waiters.look();
      },
    });
    // A machine at fault stops its driver: whoever waits is told.
    this.#endpoint.until(never, FOR_EVER).catch((fault: unknown) => this.#waiters.fail(fault));
    facts.connectedAt = this.now();
    this.#endpoint.command({ kind: 'connect', path });
  }

  command(command: OpenvpnCommand): void {
    this.#endpoint?.command(command);
  }

  waitFor(condition: () => boolean, milliseconds: number): Promise<boolean> {
    return this.#waiters.waitFor(condition, milliseconds);
  }

  async ask(remote: Remote, settings: OpenvpnSettings, patience: number): Promise<SideAnswer> {
    const { openSockets, facts, createTls, clock, signal } = this.#options;
    const [address, source] = [facts.address ?? '', facts.source ?? ''];
    const sockets = await openSockets(remote, address, source, 0);
    const tls = createTls();
    const begun = clock.now();
    let strange = 0;
    let answer: SideAnswer | undefined;
    const settled = new Waiters(clock, signal);
    const endpoint = this.#createEndpoint(sockets, settings, tls, {
      onHappening: (happening) => {
        if (happening.kind === 'ignored') strange++;
        if (happening.kind === 'reset-answered') answer ??= { kind: 'answered', milliseconds: clock.now() - begun };
        settled.look();
      },
      onError: (error) => {
        answer ??= { kind: 'error', error };
        settled.look();
      },
    });
    try {
      endpoint.command({ kind: 'connect', path: pathTo(sockets, remote, address) });
      await settled.waitFor(() => answer !== undefined, patience);
      return answer ?? { kind: 'silent', strange };
    } finally {
      await endpoint.close();
      tls.close();
    }
  }

  run<Result>(machine: InnerMachine<Result>): Promise<Result | undefined> {
    return this.#inner.run(machine, this.signal);
  }

  room(length: number): number {
    const { session } = this.#options.facts;
    return session === undefined ? 0 : (this.#endpoint?.room(session, length) ?? 0);
  }

  /** A packet into the tunnel. */
  sendInner(packet: Uint8Array): void {
    const { session } = this.#options.facts;
    if (session !== undefined) this.#endpoint?.send(session, packet);
  }

  async close(): Promise<void> {
    this.#waiters.close();
    await this.#shut();
  }

  #createEndpoint(
    sockets: OpenvpnSockets,
    settings: OpenvpnSettings,
    tls: TlsStack,
    listeners: {
      readonly onHappening: (happening: OpenvpnHappening) => void;
      readonly onError: (error: Extract<OpenvpnArrival, { kind: 'error' }>) => void;
    },
  ): OpenvpnEndpoint {
    const { createMachine, environment, clock, prepare, facts } = this.#options;
    return new OpenvpnEndpoint({
      sockets,
      settings,
      machine: (traffic) => createMachine(settings, traffic),
      environment,
      clock,
      tls,
      ...(prepare === undefined ? {} : { prepare }),
      ...listeners,
      onPayload: (_session, payload) => {
        if (!this.#inner.deliver(payload)) this.#options.onInnerPacket?.(payload);
        this.#waiters.look();
      },
      onDrop: (drop, packet) => {
        facts.applyDrop(packet, drop);
        this.#waiters.look();
      },
    });
  }

  async #shut(): Promise<void> {
    await this.#endpoint?.close();
    if (this.#endpoint === undefined) await this.#sockets?.close();
    this.#tls?.close();
    this.#endpoint = undefined;
    this.#sockets = undefined;
    this.#tls = undefined;
  }
}

function pathTo({ local }: OpenvpnSockets, { port, protocol }: Remote, address: string): Path {
  if (local === undefined) throw new BugError('the socket has no address');
  return { channel: protocol === 'tcp' ? 'openvpn-tcp' : 'openvpn', local, remote: { address, port } };
}
