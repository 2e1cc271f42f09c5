import type { Endpoint } from '../../src/model/endpoint.js';
import type { Clock } from '../../src/transport/clock.js';
import type { Datagram } from './memory-network.js';

export interface NatOptions {
  /** What the outside sees. */
  readonly address: string;
  /** Milliseconds of silence after which a mapping is forgotten and the next datagram gets another port. */
  readonly lifetime: number;
  /** First port given; counts up. */
  readonly firstPort?: number;
}

interface Mapping {
  readonly inside: Endpoint;
  readonly outsidePort: number;
  /** Who may answer: those that were spoken to. */
  readonly peers: Set<string>;
  usedAt: number;
}

/** A NAT in front of one host: rewrites addresses and ports of UDP and TCP, lets in only answers, and passes no ESP or AH. */
export class MemoryNat {
  readonly #mappings: Mapping[] = [];
  #nextPort: number;

  constructor(
    private readonly options: NatOptions,
    private readonly inside: readonly string[],
    private readonly clock: Clock,
  ) {
    this.#nextPort = options.firstPort ?? 30_000;
  }

  /** Forgets all mappings, as a reboot does. */
  forget(): void {
    this.#mappings.length = 0;
  }

  outbound(datagram: Datagram): Datagram | undefined {
    if (datagram.protocol === 'esp' || datagram.protocol === 'ah') return undefined;
    this.#expire();
    const { src, dst } = datagram;
    let mapping = this.#mappings.find(({ inside }) => inside.address === src.address && inside.port === src.port);
    if (mapping === undefined) {
      mapping = { inside: src, outsidePort: this.#nextPort++, peers: new Set(), usedAt: 0 };
      this.#mappings.push(mapping);
    }
    mapping.usedAt = this.clock.now();
    mapping.peers.add(`${dst.address} ${dst.port}`);
    return { ...datagram, src: { address: this.options.address, port: mapping.outsidePort } };
  }

  /** Undefined: not for those behind it, or not asked for. */
  inbound(datagram: Datagram): Datagram | undefined {
    const { src, dst } = datagram;
    if (this.inside.includes(dst.address) || dst.address !== this.options.address) return undefined;
    this.#expire();
    const mapping = this.#mappings.find(({ outsidePort, peers }) => outsidePort === dst.port && peers.has(`${src.address} ${src.port}`));
    if (mapping === undefined) return undefined;
    mapping.usedAt = this.clock.now();
    return { ...datagram, dst: mapping.inside };
  }

  #expire(): void {
    const oldest = this.clock.now() - this.options.lifetime;
    for (let at = this.#mappings.length - 1; at >= 0; at--) {
      if ((this.#mappings[at]?.usedAt ?? 0) < oldest) this.#mappings.splice(at, 1);
    }
  }
}
