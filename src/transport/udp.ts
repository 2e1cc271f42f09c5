import { BugError } from '../bytes/errors.js';
import type { Path } from '../engine/step.js';
import type { Endpoint } from '../model/endpoint.js';
import { ArrivalQueue } from './arrival-queue.js';
import { KEEPALIVE, markerReceiver, NON_ESP_MARKER } from './markers.js';
import type { SocketTrouble } from './socket-errors.js';
import type { Arrival, EspPath, Transport } from './transport.js';
import { UdpSocket } from './udp-socket.js';

type UdpChannel = Exclude<Path['channel'], 'tcp'>;

export interface UdpOptions {
  /** Where to be reached; one socket for each address and channel, so that it is always known which one was spoken to. */
  readonly addresses: readonly string[];
  /** A channel without a port is not opened; 0 takes a free one, the same for every address. */
  readonly ports: { readonly [channel in UdpChannel]?: number };
  /** Where there is but one peer: ICMP errors about it are then told even where the host gives no more than a bare errno. */
  readonly remotes?: { readonly [channel in UdpChannel]?: Endpoint };
  /** The flags that name the ports, for error texts. */
  readonly flags?: { readonly [channel in UdpChannel]?: string };
}

/** UDP on IKE's port and on that of NAT traversal, or whatever ports take their place. */
export interface UdpTransport extends Transport {
  /** Datagrams dropped by us: nobody listened, or the link was too slow. */
  readonly dropped: number;
}

/** @throws EnvironmentError when a port or an address cannot be had; nothing stays open then */
export async function openUdp(options: UdpOptions): Promise<UdpTransport> {
  const transport = new UdpSockets();
  try {
    for (const channel of ['ike', 'natt'] as const) {
      let port = options.ports[channel];
      if (port === undefined) continue;
      for (const address of options.addresses) {
        port = await transport.open(channel, address, port, options.flags?.[channel], options.remotes?.[channel]);
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

  get paths(): Transport['paths'] {
    const [ike] = this.#sockets.ike.values();
    const [natt] = this.#sockets.natt.values();
    return { ...(ike === undefined ? {} : { ike: ike.local }), ...(natt === undefined ? {} : { natt: natt.local }) };
  }

  get dropped(): number {
    let sum = this.#queue.dropped;
    for (const sockets of Object.values(this.#sockets)) for (const socket of sockets.values()) sum += socket.dropped;
    return sum;
  }

  async open(channel: UdpChannel, address: string, port: number, flag?: string, remote?: Endpoint): Promise<number> {
    const listener = {
      datagram: (bytes: Uint8Array, from: Endpoint) => arrived(bytes, from),
      trouble: (trouble: SocketTrouble) => this.#trouble(channel, socket.local, trouble),
    };
    const socket = await UdpSocket.open({ address, port, ...(flag === undefined ? {} : { flag }) }, listener);
    const arrived = markerReceiver(channel, socket.local, (arrival) => this.#queue.push(arrival));
    this.#sockets[channel].set(socket.local.address, socket);
    if (remote !== undefined) await socket.connect(remote);
    return socket.local.port;
  }

  sendIke({ channel, local, remote }: Path, bytes: Uint8Array): void {
    if (channel === 'tcp') throw new BugError('a TCP path given to UDP sockets');
    const socket = this.#socket(channel, local);
    socket.send(channel === 'ike' ? bytes : [NON_ESP_MARKER, bytes], remote);
  }

  sendEsp({ encapsulation, local, remote }: EspPath, protocol: 'esp' | 'ah', bytes: Uint8Array): void {
    if (encapsulation !== 'udp' || protocol !== 'esp')
      throw new BugError(`${protocol} with encapsulation ${encapsulation} given to UDP sockets`);
    this.#socket('natt', local).send(bytes, remote);
  }

  sendKeepalive({ channel, local, remote }: Path): void {
    if (channel === 'tcp') throw new BugError('a TCP path given to UDP sockets');
    this.#socket(channel, local).send(KEEPALIVE, remote);
  }

  onArrival(listener: (arrival: Arrival) => void): void {
    this.#queue.listen(listener);
  }

  async close(): Promise<void> {
    const all = [...this.#sockets.ike.values(), ...this.#sockets.natt.values()];
    await Promise.all(all.map((socket) => socket.close()));
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
