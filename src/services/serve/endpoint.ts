import { DecodeError } from '../../bytes/errors.js';
import { hexNumber } from '../../bytes/hex.js';
import { ByteReader } from '../../bytes/reader.js';
import type { PrepareCipher } from '../../crypto/cipher.js';
import { Tunnel } from '../../engine/esp/tunnel.js';
import type { IkeSaId } from '../../engine/ike/sa-id.js';
import { createMachine, type IkeHappening, type MachineOptions } from '../../engine/ike-machine.js';
import type { Ikev2Command } from '../../engine/ikev2/happenings.js';
import { Responder, type ResponderSettings } from '../../engine/inner/responder.js';
import type { Environment } from '../../engine/step.js';
import type { Clock } from '../../transport/clock.js';
import { Driver, type TlsStack } from '../../transport/driver.js';
import type { Arrival, EspPath, Transport } from '../../transport/transport.js';
import { decodeAh } from '../../wire/ah.js';
import { ahCoverage } from '../../wire/ah-coverage.js';
import { decodeEsp } from '../../wire/esp.js';
import { Traffic } from './traffic.js';

export interface ServeEndpointOptions {
  readonly transport: Transport;
  readonly endpoint: MachineOptions;
  readonly environment: Environment;
  readonly clock: Clock;
  readonly tls?: TlsStack;
  /** Of ESP: where the host has a faster way than ours. */
  readonly prepareCipher?: PrepareCipher;
  /** What answers inside the tunnels. */
  readonly inner?: Omit<ResponderSettings, 'random'>;
  readonly onHappening?: (happening: IkeHappening) => void;
  /** A tunnel has come up, or the last of its CHILD_SAs is gone (`generations` 0). */
  readonly onTunnel?: (traffic: Traffic) => void;
  /** ESP that came and was dropped, in words. */
  readonly onDrop?: (text: string, path: EspPath) => void;
}

/** Our engine as the responder of many, with a host inside that answers echo. */
export class ServeEndpoint {
  readonly #options: ServeEndpointOptions;
  readonly #driver: Driver<undefined, Ikev2Command, IkeHappening>;
  readonly #responder: Responder;
  /** By the SPI that we chose. */
  readonly #traffic = new Map<number, Traffic>();
  readonly #up = new Map<string, IkeSaId>();
  /** Inner packets answered or not, in all. */
  packets = 0;

  constructor(options: ServeEndpointOptions) {
    this.#options = options;
    const { transport, endpoint, environment, clock, tls } = options;
    this.#responder = new Responder({ random: environment.random, ...options.inner });
    this.#driver = new Driver({
      machine: createMachine(endpoint, environment),
      state: undefined,
      transport,
      clock,
      ...(tls === undefined ? {} : { tls }),
      onArrival: (arrival) => this.#arrived(arrival),
    });
    this.#driver.onHappening((happening) => this.#happened(happening));
  }

  /** Where we can be reached. */
  get paths(): Transport['paths'] {
    return this.#options.transport.paths;
  }

  /** IKE SAs that are up. */
  get established(): number {
    return this.#up.size;
  }

  command(command: Ikev2Command): void {
    this.#driver.command(command);
  }

  /** The next happening of this kind; undefined after the time. Rejects when the machine is at fault. */
  until(wanted: (happening: IkeHappening) => boolean, milliseconds: number, signal?: AbortSignal): Promise<IkeHappening | undefined> {
    return this.#driver.until(wanted, milliseconds, signal);
  }

  /** Deletes every IKE SA at its peer, waiting so long for all of them, then closes. */
  async close(milliseconds: number): Promise<void> {
    const gone = this.#up.size === 0 ? undefined : this.until(() => this.#up.size === 0, milliseconds);
    for (const sa of [...this.#up.values()]) this.command({ kind: 'delete-ike', sa });
    if (this.#up.size > 0) await gone;
    await this.#driver.close();
  }

  #happened(happening: IkeHappening): void {
    const { sa } = happening;
    switch (happening.kind) {
      case 'ike-up':
        this.#up.set(keyOf(sa), sa);
        break;
      case 'ike-rekeyed':
        this.#up.delete(keyOf(happening.old));
        this.#up.set(keyOf(sa), sa);
        for (const traffic of this.#traffic.values()) if (keyOf(traffic.sa) === keyOf(happening.old)) traffic.sa = sa;
        break;
      case 'ike-down':
        this.#up.delete(keyOf(sa));
        break;
      case 'child-up': {
        const { child, replaces, path } = happening;
        const addresses = { local: path.local.address, remote: path.remote.address };
        const before = replaces === undefined ? undefined : this.#traffic.get(replaces);
        const { environment, prepareCipher, transport } = this.#options;
        const onWorn = (spiIn: number) => this.command({ kind: 'rekey-child', spiIn, sa: traffic.sa });
        const options = { random: environment.random, addresses, onWorn, ...(prepareCipher === undefined ? {} : { prepareCipher }) };
        const way = { encapsulation: child.encapsulation, local: path.local, remote: path.remote };
        const traffic: Traffic = before ?? new Traffic(new Tunnel(options), child, sa, way, transport);
        traffic.tunnel.add(child, before === undefined ? 'now' : 'once-heard');
        this.#traffic.set(child.spiIn, traffic);
        traffic.generations++;
        if (before === undefined) this.#options.onTunnel?.(traffic);
        break;
      }
      case 'child-down': {
        const { spiIn } = happening;
        const traffic = this.#traffic.get(spiIn);
        this.#traffic.delete(spiIn);
        if (traffic === undefined) break;
        traffic.tunnel.remove(spiIn);
        traffic.generations--;
        if (traffic.generations === 0) this.#options.onTunnel?.(traffic);
        break;
      }
      default:
        break;
    }
    this.#options.onHappening?.(happening);
  }

  #arrived(arrival: Exclude<Arrival, { kind: 'message' }>): void {
    if (arrival.kind !== 'esp' && arrival.kind !== 'ah') return;
    const { bytes, path } = arrival;
    const { clock, onDrop } = this.#options;
    const spi = spiOf(arrival.kind, bytes);
    const traffic = this.#traffic.get(spi);
    if (traffic === undefined) {
      onDrop?.(`${arrival.kind.toUpperCase()} with SPI ${hexNumber(spi, 8)}, which is no SA of ours`, path);
      return;
    }
    // What goes out goes the way this came: MOBIKE and a NAT that forgot may have moved the peer.
    const opened = traffic.tunnel.unprotect(arrival.kind, bytes, { local: path.local.address, remote: path.remote.address });
    if (opened.kind === 'drop') {
      onDrop?.(opened.text, path);
      return;
    }
    this.packets++;
    traffic.received++;
    traffic.path = path;
    if (traffic.taker !== undefined) traffic.taker(opened.packet);
    else for (const answer of this.#responder.answer(opened.packet, clock.now())) traffic.send(answer);
  }
}

/** Of AH a whole IP packet is there; 0, which no SA has, where it is cut. */
function spiOf(protocol: 'esp' | 'ah', bytes: Uint8Array): number {
  try {
    if (protocol === 'esp') return decodeEsp(new ByteReader(bytes)).spi;
    return decodeAh(new ByteReader(bytes.subarray(ahCoverage(bytes).ahAt))).spi;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return 0;
  }
}

function keyOf({ spiI, spiR }: IkeSaId): string {
  return `${spiI}/${spiR}`;
}
