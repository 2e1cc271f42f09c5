import type { RandomSource } from '../../crypto/random-source.js';
import type { InnerMachine } from '../../engine/inner/machine.js';
import type { Environment } from '../../engine/step.js';
import type { Clock } from '../../transport/clock.js';
import { InnerTraffic } from './inner-traffic.js';
import type { InnerLink } from './ping.js';
import { Waiters } from './waiters.js';

/** What steps of any protocol do with the world; each protocol adds what it asks of a peer. Behind it the real thing, or a fake in tests. */
export interface ProbeLink extends InnerLink {
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal;
  /** Milliseconds on the clock of happenings. */
  now(): number;
  /** Milliseconds since 1970. */
  date(): number;
  /** Addresses of a name. Throws `EnvironmentError` with the resolver's reason. */
  resolve(host: string): Promise<readonly string[]>;
  /** How the host would reach an address. Throws `EnvironmentError` when it would not. */
  route(address: string): Promise<{ readonly source: string; readonly interface?: string; readonly mtu?: number }>;
  /** Waits until the facts say so; false when they did not within the time, or Ctrl-C was pressed. */
  waitFor(condition: () => boolean, milliseconds: number): Promise<boolean>;
}

/** What of the world every link needs: names, clocks. */
export interface World {
  readonly clock: Clock;
  readonly environment: Environment;
  readonly signal: AbortSignal;
  readonly resolve: ProbeLink['resolve'];
  readonly route: ProbeLink['route'];
  /** What comes out of the tunnel and no test asked for. */
  readonly onInnerPacket?: (packet: Uint8Array) => void;
}

/** What the real links of all protocols have: the world around them, those who wait, and the traffic inside. */
export abstract class WorldLink implements ProbeLink {
  readonly #world: World;
  readonly #inner: InnerTraffic;
  /** To be told of whatever happens. */
  protected readonly waiters: Waiters;

  constructor(world: World) {
    this.#world = world;
    this.waiters = new Waiters(world.clock, world.signal);
    this.#inner = new InnerTraffic(world.clock, (packet) => this.sendInner(packet));
  }

  get signal(): AbortSignal {
    return this.#world.signal;
  }

  get random(): RandomSource {
    return this.#world.environment.random;
  }

  now(): number {
    return this.#world.clock.now();
  }

  date(): number {
    return this.#world.environment.date();
  }

  resolve(host: string): ReturnType<ProbeLink['resolve']> {
    return this.#world.resolve(host);
  }

  route(address: string): ReturnType<ProbeLink['route']> {
    return this.#world.route(address);
  }

  waitFor(condition: () => boolean, milliseconds: number): Promise<boolean> {
    return this.waiters.waitFor(condition, milliseconds);
  }

  run<Result>(machine: InnerMachine<Result>): Promise<Result | undefined> {
    return this.#inner.run(machine, this.signal);
  }

  /** An IP packet into the tunnel. */
  abstract sendInner(packet: Uint8Array): void;

  /** An IP packet out of it: for the test that waits for it, else for whoever takes the rest. */
  protected cameOut(packet: Uint8Array): void {
    if (!this.#inner.deliver(packet)) this.#world.onInnerPacket?.(packet);
  }
}
