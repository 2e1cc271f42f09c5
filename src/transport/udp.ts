import { BugError } from '../bytes/errors.js';
import type { Path } from '../engine/step.js';
import type { Endpoint } from '../model/endpoint.js';
import { ArrivalQueue } from './arrival-queue.js';
import { KEEPALIVE, markerReceiver, NON_ESP_MARKER, NON_IKE_MARKER } from './markers.js';
import type { SocketTrouble } from './socket-errors.js';
import type { Fragmentation } from './socket-options.js';
import type { Arrival, EspPath, Transport } from './transport.js';
import { UdpSocket } from './udp-socket.js';

type UdpChannel = 'ike' | 'natt';

export interface UdpOptions {
  /** Where to be reached; one socket for each address and channel, so that it is always known which one was spoken to. */
  readonly addresses: readonly string[];
  /** A channel without a port is not opened; 0 takes a free one, the same for every address. */
  readonly ports: { readonly [channel in UdpChannel]?: number };
  /**
   * Where there is but one peer: what ICMP says of it is then told without native reach too, though not who said it, and what others
   * send is not heard.
   */
  readonly remotes?: { readonly [channel in UdpChannel]?: Endpoint };
  /** The flags that name the ports, for error texts. */
  readonly flags?: { readonly [channel in UdpChannel]?: string };
  /** Interface that all goes out and comes in by (SO_BINDTODEVICE). */
  readonly device?: string;
}

/** UDP on IKE's port and on that of NAT traversal, or whatever ports take their place. */
export interface UdpTransport extends Transport {
  /** Datagrams dropped by us: nobody listened, or the link was too slow. */
  readonly dropped: number;
  /**
   * Opens the same channels on a further address of this host, at the same ports (MOBIKE).
   * @throws EnvironmentError when that cannot be had
   */
  addAddress(address: string): Promise<void>;
  /** For all that is sent from now on. False: this host has no way to set it (koffi is missing). */
  setFragmentation(fragmentation: Fragmentation): boolean;
}

/** @throws EnvironmentError when a port or an address cannot be had; nothing stays open then */
export async function openUdp(options: UdpOptions): Promise<UdpTransport> {
  const transport = new UdpSockets(options);
  try {
    for (const channel of ['ike', 'natt'] as const) {
      let port = options.ports[channel];
      if (port === undefined) continue;
      for (const address of options.addresses) {
        port = await transport.open(channel, address, port);
      }
    }
  } catch (error) {
    await transport.close();
    throw error;
  }
  return transport;
}

class UdpSockets implements UdpTransport {
  readonly #queue = new ArrivalQueue();
  readonly #sockets: { readonly [channel in UdpChannel]: Map<string, UdpSocket> } = { ike: new Map(), natt: new Map() };

  constructor(private readonly options: UdpOptions) {}

  get paths(): Transport['paths'] {
    const [ike] = this.#sockets.ike.values();
    const [natt] = this.#sockets.natt.values();
    return { ...(ike === undefined ? {} : { ike: ike.local }), ...(natt === undefined ? {} : { natt: natt.local }) };
  }

  get dropped(): number {
    return this.#all.reduce((sum, { dropped }) => sum + dropped, this.#queue.dropped);
  }

  async open(channel: UdpChannel, address: string, port: number): Promise<number> {
    const listener = {
      datagram: (bytes: Uint8Array, from: Endpoint) => arrived(bytes, from),
      trouble: (trouble: SocketTrouble) => this.#trouble(channel, socket.local, trouble),
    };
    const { flags, remotes, device } = this.options;
    const flag = flags?.[channel];
    const ask = { address, port, ...(flag === undefined ? {} : { flag }), ...(device === undefined ? {} : { device }) };
    const socket = await UdpSocket.open(ask, listener);
    const arrived = markerReceiver(channel, socket.local, (arrival) => this.#queue.push(arrival));
    this.#sockets[channel].set(socket.local.address, socket);
    const remote = remotes?.[channel];
    if (remote !== undefined && !socket.hearsErrors) await socket.connect(remote);
    return socket.local.port;
  }

  async addAddress(address: string): Promise<void> {
    for (const [channel, local] of Object.entries(this.paths)) await this.open(channel as UdpChannel, address, local.port);
  }

  sendMessage({ channel, local, remote }: Path, bytes: Uint8Array): void {
    if (channel !== 'ike' && channel !== 'natt') throw new BugError(`a path over ${channel} given to UDP sockets of IKE`);
    const socket = this.#socket(channel, local);
    socket.send(channel === 'ike' ? bytes : [NON_ESP_MARKER, bytes], remote);
  }

  sendEsp({ encapsulation, local, remote }: EspPath, protocol: 'esp' | 'ah', bytes: Uint8Array): void {
    if ((encapsulation !== 'udp' && encapsulation !== 'udp-ike') || protocol !== 'esp')
      throw new BugError(`${protocol} with encapsulation ${encapsulation} given to UDP sockets`);
    if (encapsulation === 'udp') this.#socket('natt', local).send(bytes, remote, 'traffic');
    else this.#socket('ike', local).send([NON_IKE_MARKER, bytes], remote);
  }

  sendKeepalive({ channel, local, remote }: Path): void {
    if (channel !== 'ike' && channel !== 'natt') throw new BugError(`a path over ${channel} given to UDP sockets of IKE`);
    this.#socket(channel, local).send(KEEPALIVE, remote);
  }

  onArrival(listener: (arrival: Arrival) => void): void {
    this.#queue.listen(listener);
  }

  setFragmentation(fragmentation: Fragmentation): boolean {
    return this.#all.map((socket) => socket.setFragmentation(fragmentation)).every((done) => done);
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((socket) => socket.close()));
  }

  get #all(): UdpSocket[] {
    return [...this.#sockets.ike.values(), ...this.#sockets.natt.values()];
  }

  #socket(channel: UdpChannel, local: Endpoint): UdpSocket {
    const socket = this.#sockets[channel].get(local.address);
    if (socket === undefined) throw new BugError(`no ${channel} socket was opened on ${local.address}`);
    return socket;
  }

  #trouble(channel: UdpChannel, local: Endpoint, { remote, ...trouble }: SocketTrouble): void {
    // Without a destination nobody could make anything of it.
    if (remote !== undefined) this.#queue.push({ kind: 'error', path: { channel, local, remote }, ...trouble });
  }
}
