import { EnvironmentError, UsageError } from '../../bytes/errors.js';
import { openTun } from '../../transport/tun.js';
import type { ProbeIo } from '../probe/io.js';
import { checkTun, type HeldTunnel, TunBridge } from '../probe/tun.js';

/** A tunnel of a peer, as the host may have it. */
export interface OfferedTunnel {
  /** Gets the packets that come out of it; undefined: our host inside answers them. */
  taker: ((packet: Uint8Array) => void) | undefined;
}

/** The interface, as `TunBridge` has it. */
export interface Bridge extends Pick<TunBridge, 'deliver'> {
  hold(tunnel: HeldTunnel): Promise<unknown>;
}

/** Bytes; any will do for an interface that goes at once. */
const ANY_MTU = 1500;

/**
 * `serve --tun NAME`: gives the host one tunnel at a time, that which has been up longest; our host inside answers the others, and the
 * next gets the interface when it goes. Several at once would need to know which of them an address is behind, which two may both claim.
 */
export class ServeTun {
  /** Those that are up, oldest first, and how each is to be had. */
  readonly #offered = new Map<OfferedTunnel, () => Promise<HeldTunnel>>();
  readonly #over = new AbortController();
  readonly #bridge: Bridge;
  #holding: Promise<void> | undefined;
  #fault: unknown;

  /**
   * @param bridge made with the signal that ends what it holds
   * @param warn where it is told why a tunnel could not be given
   */
  constructor(
    bridge: (end: AbortSignal) => Bridge,
    private readonly warn: (line: string) => void,
  ) {
    this.#bridge = bridge(this.#over.signal);
  }

  /**
   * The interface is made once and taken back, so that what hinders it shows before anybody calls.
   * @throws UsageError for a name that is none, EnvironmentError when the right, koffi or /dev/net/tun is missing, or the name is taken
   */
  static async open(name: string, { warn }: Pick<ProbeIo, 'warn'>): Promise<ServeTun> {
    checkTun(name);
    const device = await openTun({ name, addresses: [], mtu: ANY_MTU, routes: [] });
    await device.close();
    return new ServeTun((end) => new TunBridge(name, end, warn), warn);
  }

  /** A tunnel has come up. */
  offer(tunnel: OfferedTunnel, held: () => Promise<HeldTunnel>): void {
    this.#offered.set(tunnel, held);
    this.#holding ??= this.#hold();
  }

  /** It has gone. */
  withdraw(tunnel: OfferedTunnel): void {
    this.#offered.delete(tunnel);
  }

  /** The interface goes. Throws what was our own fault. */
  async close(): Promise<void> {
    this.#over.abort();
    await this.#holding;
    if (this.#fault !== undefined) throw this.#fault;
  }

  async #hold(): Promise<void> {
    for (let next = this.#first(); next !== undefined; next = this.#first()) {
      const [tunnel, held] = next;
      tunnel.taker = (packet) => this.#bridge.deliver(packet);
      try {
        await this.#bridge.hold(await held());
      } catch (error) {
        if (!(error instanceof EnvironmentError) && !(error instanceof UsageError)) {
          this.#fault = error;
          return;
        }
        this.warn(`vpndoctor: the interface cannot have this tunnel, which is answered inside: ${error.message}`);
      }
      tunnel.taker = undefined;
      this.#offered.delete(tunnel);
    }
    this.#holding = undefined;
  }

  #first(): readonly [OfferedTunnel, () => Promise<HeldTunnel>] | undefined {
    const [first] = this.#offered;
    return this.#over.signal.aborted ? undefined : first;
  }
}
