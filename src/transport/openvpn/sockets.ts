import { BugError } from '../../bytes/errors.js';
import type { Path } from '../../engine/step.js';
import type { Endpoint } from '../../model/endpoint.js';
import { ArrivalQueue } from '../arrival-queue.js';
import type { SocketTrouble } from '../socket-errors.js';
import { TcpConnections, type TcpConnectOptions, type TcpListenOptions } from '../tcp-connections.js';
import { frameOpenvpn, openvpnFraming } from '../tcp-framing.js';
import type { Arrival } from '../transport.js';
import { UdpSocket } from '../udp-socket.js';

/** What came in: a whole packet from the opcode on, with a static key from its HMAC on. An end of a TCP connection comes as `error`. */
export type OpenvpnArrival =
  | { readonly kind: 'packet'; readonly path: Path; readonly bytes: Uint8Array }
  | Extract<Arrival, { readonly kind: 'error' }>;

/** Sockets of one end of OpenVPN, control and data alike. Real ones, a memory, or a wrapper that writes a capture. */
export interface OpenvpnSockets {
  /** Where we can be reached. */
  readonly local: Endpoint | undefined;
  /** Packets dropped by us: nobody listened, or the peer did not take them. */
  readonly dropped: number;
  /** @param what `traffic`: may go out together with what follows at once, and is lost where there is no room; default: control */
  send(path: Path, bytes: Uint8Array, what?: 'control' | 'traffic'): void;
  /** One listener; arrivals before it is set are kept, up to a bound. */
  onArrival(listener: (arrival: OpenvpnArrival) => void): void;
  close(): Promise<void>;
}

export interface OpenvpnUdpOptions {
  /** Where to be reached: one socket for each. */
  readonly addresses: readonly string[];
  /** The same for every address; 0 takes a free one. */
  readonly port: number;
  /** The one peer there is: what ICMP says of it is told without native reach too, and what others send is not heard then. */
  readonly remote?: Endpoint;
  /** The flag that names the port, for error texts. */
  readonly flag?: string;
}

const WANTED = 'is it the port of an OpenVPN server with proto tcp?';

/** @throws EnvironmentError when the port or an address cannot be had; nothing stays open then */
export async function openOpenvpnUdp({ addresses, port, remote, flag }: OpenvpnUdpOptions): Promise<OpenvpnSockets> {
  const sockets = new UdpSockets();
  let bound = port;
  try {
    for (const address of addresses) bound = await sockets.open({ address, port: bound, ...(flag === undefined ? {} : { flag }) }, remote);
  } catch (error) {
    await sockets.close();
    throw error;
  }
  return sockets;
}

/** @throws EnvironmentError when there is no route, nobody listens, or no answer comes in time */
export async function connectOpenvpnTcp(options: TcpConnectOptions): Promise<OpenvpnSockets> {
  const sockets = new TcpSockets();
  await sockets.connections.connect(options, WANTED);
  return sockets;
}

/** @throws EnvironmentError when the port or an address cannot be had; nothing stays open then */
export async function listenOpenvpnTcp(options: TcpListenOptions): Promise<OpenvpnSockets> {
  const sockets = new TcpSockets();
  await sockets.connections.listen(options);
  return sockets;
}

class UdpSockets implements OpenvpnSockets {
  readonly #queue = new ArrivalQueue<OpenvpnArrival>();
  readonly #sockets = new Map<string, UdpSocket>();

  get local(): Endpoint | undefined {
    const [first] = this.#sockets.values();
    return first?.local;
  }

  get dropped(): number {
    let sum = this.#queue.dropped;
    for (const { dropped } of this.#sockets.values()) sum += dropped;
    return sum;
  }

  async open(options: Parameters<typeof UdpSocket.open>[0], remote: Endpoint | undefined): Promise<number> {
    // Peers come in runs: paths are not made anew for each packet.
    let last: Path | undefined;
    const pathTo = (to: Endpoint): Path => {
      if (last?.remote !== to) last = { channel: 'openvpn', local: socket.local, remote: to };
      return last;
    };
    const socket: UdpSocket = await UdpSocket.open(options, {
      datagram: (bytes, from) => this.#queue.push({ kind: 'packet', path: pathTo(from), bytes }),
      trouble: ({ remote: to, ...trouble }) => {
        // Without a destination nobody could make anything of it.
        if (to !== undefined) this.#queue.push({ kind: 'error', path: pathTo(to), ...trouble });
      },
    });
    this.#sockets.set(socket.local.address, socket);
    if (remote !== undefined && !socket.hearsErrors) await socket.connect(remote);
    return socket.local.port;
  }

  send({ local, remote }: Path, bytes: Uint8Array, what?: 'control' | 'traffic'): void {
    const socket = this.#sockets.get(local.address);
    if (socket === undefined) throw new BugError(`no socket was opened on ${local.address}`);
    socket.send(bytes, remote, what);
  }

  onArrival(listener: (arrival: OpenvpnArrival) => void): void {
    this.#queue.listen(listener);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sockets.values()].map((socket) => socket.close()));
  }
}

class TcpSockets implements OpenvpnSockets {
  readonly #queue = new ArrivalQueue<OpenvpnArrival>();
  readonly connections = new TcpConnections(openvpnFraming, {
    message: ({ local, remote }, bytes) => this.#queue.push({ kind: 'packet', path: { channel: 'openvpn-tcp', local, remote }, bytes }),
    ended: ({ local }, trouble) => this.#tell(local, trouble),
  });

  get local(): Endpoint | undefined {
    return this.connections.local;
  }

  get dropped(): number {
    return this.connections.dropped + this.#queue.dropped;
  }

  send({ local, remote }: Path, bytes: Uint8Array, what: 'control' | 'traffic' = 'control'): void {
    if (!this.connections.send(remote, frameOpenvpn(bytes), what))
      this.#tell(local, { reason: 'other', text: 'there is no TCP connection to the peer', remote });
  }

  onArrival(listener: (arrival: OpenvpnArrival) => void): void {
    this.#queue.listen(listener);
  }

  close(): Promise<void> {
    return this.connections.close();
  }

  #tell(local: Endpoint, { remote, ...trouble }: SocketTrouble): void {
    if (remote !== undefined) this.#queue.push({ kind: 'error', path: { channel: 'openvpn-tcp', local, remote }, ...trouble });
  }
}
