import type { Path } from '../../src/engine/step.js';
import type { Endpoint } from '../../src/model/endpoint.js';
import { ArrivalQueue } from '../../src/transport/arrival-queue.js';
import { KEEPALIVE, markerReceiver, NON_ESP_MARKER, NON_IKE_MARKER } from '../../src/transport/markers.js';
import type { Arrival, EspPath, Transport } from '../../src/transport/transport.js';
import type { FakeClock } from './fake-clock.js';
import { MemoryNat, type NatOptions } from './memory-nat.js';
import { seeded } from './seeded.js';

/** One packet on its way. Addresses change where a NAT stands. */
export interface Datagram {
  readonly protocol: 'udp' | 'tcp' | 'esp' | 'ah';
  readonly src: Endpoint;
  readonly dst: Endpoint;
  /** Of UDP and TCP: marker included. */
  readonly bytes: Uint8Array;
}

/** What happens to the datagrams that a host sends. Probabilities go from 0 to 1. */
export interface Conditions {
  readonly loss?: number;
  readonly duplicate?: number;
  /** One byte is changed; checksums are taken to have missed it. */
  readonly corrupt?: number;
  /** Milliseconds, least and most. What may differ may overtake. Default: 1 and 1. */
  readonly delay?: readonly [number, number];
  /** A datagram that waits three times the longest delay besides. */
  readonly reorder?: number;
  /** Bytes of IP packet; `drop` and `frag-needed` act on what is larger, otherwise it is taken to be fragmented. */
  readonly mtu?: number;
  readonly tooBig?: 'fragment' | 'drop' | 'frag-needed';
  /** UDP destination ports that a firewall swallows. */
  readonly blockedPorts?: readonly number[];
  /** ESP and AH vanish, in UDP and TCP too. */
  readonly dropEsp?: boolean;
  /** Whatever else should get lost. */
  readonly drop?: (datagram: Datagram) => boolean;
}

export interface HostOptions {
  /** The first is where it listens; it may send from any of them. */
  readonly addresses: readonly string[];
  /** Default 500 and 4500. */
  readonly ports?: { readonly ike: number; readonly natt: number };
  /** Default 4500; absent at the other end, TCP goes nowhere. */
  readonly tcpPort?: number;
  readonly conditions?: Conditions;
  readonly nat?: NatOptions;
  /** No answers port unreachable for ports where nobody listens. */
  readonly silent?: boolean;
}

/** Name of the router that sends "fragmentation needed". */
const ROUTER = '192.0.2.254';
const IPV4_HEADER = 20;
const UDP_HEADER = 8;

/**
 * Hosts joined by wires that lose, delay, reorder, duplicate and corrupt, as a seed has it: the same seed gives the same run.
 * Nothing is real but the order of things; time is the clock's.
 */
export class MemoryNetwork {
  readonly #hosts: MemoryHost[] = [];
  readonly #random: () => number;
  /** Everything that a host sent, as it left its NAT, before the wire did anything to it. Bounded by the test that runs. */
  readonly sent: Datagram[] = [];
  /** What became of it. */
  readonly counters = { delivered: 0, lost: 0, duplicated: 0, corrupted: 0, reordered: 0 };

  constructor(
    readonly clock: FakeClock,
    seed = 1,
  ) {
    this.#random = seeded(seed);
  }

  attach(options: HostOptions): MemoryHost {
    const host = new MemoryHost(this, options);
    this.#hosts.push(host);
    return host;
  }

  /** Takes a datagram from a host, through its NAT, onto the wire. */
  carry(from: MemoryHost, original: Datagram): void {
    const datagram = from.nat === undefined ? original : from.nat.outbound(original);
    if (datagram !== undefined) this.sent.push(datagram);
    if (datagram === undefined || this.#stopped(from, original, datagram)) {
      this.counters.lost++;
      return;
    }
    const { conditions } = from;
    const [least, most] = conditions.delay ?? [1, 1];
    if (datagram.protocol === 'tcp') {
      // A stream neither loses nor overtakes.
      this.clock.after(most, () => this.#deliver(from, original, datagram));
      return;
    }
    const copies = this.#happens(conditions.duplicate) ? 2 : 1;
    this.counters.duplicated += copies - 1;
    for (let copy = 0; copy < copies; copy++) {
      const late = this.#happens(conditions.reorder);
      if (late) this.counters.reordered++;
      const delay = least + (most - least) * this.#random() + (late ? 3 * most : 0);
      const arriving = this.#happens(conditions.corrupt) ? this.#corrupted(datagram) : datagram;
      this.clock.after(delay, () => this.#deliver(from, original, arriving));
    }
  }

  /** Whether it gets no farther than the wire's beginning. */
  #stopped(from: MemoryHost, original: Datagram, datagram: Datagram): boolean {
    const { conditions } = from;
    if (this.#swallowed(datagram, conditions)) return true;
    if (datagram.protocol === 'tcp') return false;
    const size = datagram.bytes.length + IPV4_HEADER + (datagram.protocol === 'udp' ? UDP_HEADER : 0);
    if (conditions.mtu !== undefined && size > conditions.mtu && conditions.tooBig !== 'fragment') {
      if (conditions.tooBig === 'frag-needed') this.#tell(from, original, 'too-big', ROUTER, 'fragmentation needed', conditions.mtu);
      return true;
    }
    return this.#happens(conditions.loss);
  }

  #swallowed(datagram: Datagram, { blockedPorts, dropEsp, drop }: Conditions): boolean {
    if (datagram.protocol === 'udp' && blockedPorts?.includes(datagram.dst.port) === true) return true;
    if (dropEsp === true && carriesEsp(datagram)) return true;
    return drop?.(datagram) === true;
  }

  #deliver(from: MemoryHost, original: Datagram, datagram: Datagram): void {
    for (const host of this.#hosts) {
      const inside = host.nat === undefined ? datagram : host.nat.inbound(datagram);
      if (inside === undefined || !host.has(inside.dst.address)) continue;
      if (host.receive(inside)) {
        this.counters.delivered++;
        return;
      }
      if (inside.protocol === 'udp' && !host.silent) {
        this.#tell(from, original, 'port-unreachable', datagram.dst.address, 'port unreachable');
      }
      break;
    }
    this.counters.lost++;
  }

  /** An ICMP message goes back as slowly as the wire is. */
  #tell(to: MemoryHost, { src, dst }: Datagram, reason: 'too-big' | 'port-unreachable', from: string, text: string, mtu?: number): void {
    const channel = src.port === to.ports.natt ? 'natt' : 'ike';
    this.clock.after(to.conditions.delay?.[1] ?? 1, () =>
      to.queue.push({
        kind: 'error',
        path: { channel, local: src, remote: dst },
        reason,
        from,
        text,
        ...(mtu === undefined ? {} : { mtu }),
      }),
    );
  }

  #corrupted(datagram: Datagram): Datagram {
    this.counters.corrupted++;
    const bytes = Uint8Array.from(datagram.bytes);
    const at = Math.floor(this.#random() * bytes.length);
    bytes[at] = ((bytes[at] ?? 0) + 1 + Math.floor(this.#random() * 255)) & 0xff;
    return { ...datagram, bytes };
  }

  #happens(probability = 0): boolean {
    return probability > 0 && this.#random() < probability;
  }
}

function carriesEsp({ protocol, bytes, src, dst }: Datagram): boolean {
  if (protocol === 'esp' || protocol === 'ah') return true;
  const marked = protocol === 'tcp' || dst.port === 4500 || src.port === 4500;
  return marked && bytes.length > NON_ESP_MARKER.length && bytes.subarray(0, NON_ESP_MARKER.length).some((byte) => byte !== 0);
}

/** One end of the network. Its conditions and addresses may change while it runs. */
export class MemoryHost implements Transport {
  readonly queue = new ArrivalQueue();
  readonly ports: { readonly ike: number; readonly natt: number };
  readonly nat: MemoryNat | undefined;
  readonly silent: boolean;
  conditions: Conditions;
  addresses: readonly string[];
  closed = false;
  readonly #tcpPort: number | undefined;

  constructor(
    readonly network: MemoryNetwork,
    options: HostOptions,
  ) {
    this.addresses = options.addresses;
    this.ports = options.ports ?? { ike: 500, natt: 4500 };
    this.conditions = options.conditions ?? {};
    this.silent = options.silent ?? false;
    this.#tcpPort = options.tcpPort;
    this.nat = options.nat === undefined ? undefined : new MemoryNat(options.nat, options.addresses, network.clock);
  }

  get paths(): Required<Transport['paths']> {
    const address = this.addresses[0] ?? '';
    return {
      ike: { address, port: this.ports.ike },
      natt: { address, port: this.ports.natt },
      tcp: { address, port: this.#tcpPort ?? 4500 },
    };
  }

  has(address: string): boolean {
    return this.addresses.includes(address);
  }

  sendMessage({ channel, local, remote }: Path, bytes: Uint8Array): void {
    const marked = channel === 'ike' ? bytes : Buffer.concat([NON_ESP_MARKER, bytes]);
    this.#send(channel === 'tcp' ? 'tcp' : 'udp', local, remote, marked);
  }

  sendEsp({ encapsulation, local, remote }: EspPath, protocol: 'esp' | 'ah', bytes: Uint8Array): void {
    const way = encapsulation === 'none' ? protocol : encapsulation === 'udp-ike' ? 'udp' : encapsulation;
    this.#send(way, local, remote, encapsulation === 'udp-ike' ? Buffer.concat([NON_IKE_MARKER, bytes]) : bytes);
  }

  sendKeepalive({ channel, local, remote }: Path): void {
    this.#send(channel === 'tcp' ? 'tcp' : 'udp', local, remote, KEEPALIVE);
  }

  onArrival(listener: (arrival: Arrival) => void): void {
    this.queue.listen(listener);
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  /** False: nobody listens there. */
  receive({ protocol, src, dst, bytes }: Datagram): boolean {
    if (this.closed) return false;
    const push = (arrival: Arrival) => this.queue.push(arrival);
    if (protocol === 'esp' || protocol === 'ah') {
      push({ kind: protocol, path: { encapsulation: 'none', local: dst, remote: src }, bytes });
      return true;
    }
    const channel = protocol === 'tcp' ? 'tcp' : dst.port === this.ports.ike ? 'ike' : 'natt';
    if (dst.port !== this.paths[channel].port) return false;
    markerReceiver(channel, dst, push)(bytes, src);
    return true;
  }

  #send(protocol: Datagram['protocol'], src: Endpoint, dst: Endpoint, bytes: Uint8Array): void {
    if (this.closed) return;
    if (!this.has(src.address)) throw new Error(`${src.address} is not an address of this host`);
    // A copy: whoever sends may use his buffer again.
    this.network.carry(this, { protocol, src, dst, bytes: Uint8Array.from(bytes) });
  }
}
