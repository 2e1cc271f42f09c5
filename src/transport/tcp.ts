import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { BugError, EnvironmentError } from '../bytes/errors.js';
import type { Path } from '../engine/step.js';
import type { Endpoint } from '../model/endpoint.js';
import type { UdpEncapKind } from '../wire/udp-encap.js';
import { ArrivalQueue } from './arrival-queue.js';
import { markerReceiver } from './markers.js';
import { bindError, routeError, type SocketTrouble } from './socket-errors.js';
import { TcpStream } from './tcp-stream.js';
import type { Arrival, EspPath, Transport } from './transport.js';

/** IKE and ESP in TCP (RFC 9329). A stream that ends is told as an error arrival; to connect again is the caller's decision. */
export interface TcpTransport extends Transport {
  /** Messages dropped by us: nobody listened, or the peer did not take them. */
  readonly dropped: number;
}

export interface TcpConnectOptions {
  readonly remote: Endpoint;
  /** Source; port 0 takes a free one. Absent: the host chooses. */
  readonly local?: Endpoint;
  readonly milliseconds: number;
}

export interface TcpListenOptions {
  readonly addresses: readonly string[];
  /** The same for every address; 0 takes a free one. */
  readonly port: number;
  /** The flag that names the port, for error texts. */
  readonly flag?: string;
}

/** Connections at once: strangers may open them at will. */
const MAX_STREAMS = 1024;

/** @throws EnvironmentError when there is no route, nobody listens, or no answer comes in time */
export async function connectTcp(options: TcpConnectOptions): Promise<TcpTransport> {
  const { remote, local, milliseconds } = options;
  const source = local === undefined ? {} : { localAddress: local.address, localPort: local.port };
  const socket = connect({ host: remote.address, port: remote.port, ...source });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(milliseconds) });
  } catch (error) {
    socket.destroy();
    throw connectError(error as NodeJS.ErrnoException, remote, milliseconds);
  }
  const transport = new TcpStreams();
  transport.add(socket, 'client');
  return transport;
}

/** @throws EnvironmentError when the port or an address cannot be had; nothing stays open then */
export async function listenTcp(options: TcpListenOptions): Promise<TcpTransport> {
  const transport = new TcpStreams();
  let { port } = options;
  try {
    for (const address of options.addresses) port = await transport.listen(address, port, options.flag);
  } catch (error) {
    await transport.close();
    throw error;
  }
  return transport;
}

function connectError(error: NodeJS.ErrnoException, { address, port }: Endpoint, milliseconds: number): EnvironmentError {
  const what = `TCP port ${port} of ${address}`;
  if (error.name === 'AbortError' || error.code === 'ETIMEDOUT') {
    return new EnvironmentError(
      `${what} does not answer within ${milliseconds / 1000} s`,
      'a firewall may swallow it, or the host is down',
    );
  }
  if (error.code === 'ECONNREFUSED') {
    return new EnvironmentError(
      `${what} refuses the connection`,
      'nobody listens there: the peer must have IKE over TCP (RFC 9329) enabled',
    );
  }
  return routeError(error, address);
}

class TcpStreams implements TcpTransport {
  readonly #queue = new ArrivalQueue();
  readonly #streams = new Map<string, TcpStream>();
  readonly #servers: Server[] = [];
  #lost = 0;
  #closed = false;

  get paths(): Transport['paths'] {
    const address = this.#servers[0]?.address();
    if (typeof address === 'object' && address !== null) return { tcp: { address: address.address, port: address.port } };
    const [stream] = this.#streams.values();
    return stream === undefined ? {} : { tcp: stream.local };
  }

  get dropped(): number {
    let sum = this.#lost + this.#queue.dropped;
    for (const { dropped } of this.#streams.values()) sum += dropped;
    return sum;
  }

  async listen(address: string, port: number, flag: string | undefined): Promise<number> {
    const server = createServer((socket) => this.add(socket, 'server'));
    server.maxConnections = MAX_STREAMS;
    try {
      server.listen({ host: address, port, ipv6Only: true, exclusive: true });
      await once(server, 'listening');
    } catch (error) {
      throw bindError(error as NodeJS.ErrnoException, `TCP port ${port} of ${address}`, port, flag);
    }
    // Too many open files, for one: those that are there go on.
    server.on('error', () => this.#lost++);
    this.#servers.push(server);
    const bound = server.address();
    return typeof bound === 'object' && bound !== null ? bound.port : port;
  }

  add(socket: Socket, role: 'client' | 'server'): void {
    if (this.#closed || socket.remoteAddress === undefined) {
      socket.destroy();
      return;
    }
    const stream: TcpStream = new TcpStream(socket, role, {
      message: (bytes) => receive(bytes, stream.remote),
      ended: (trouble) => this.#ended(stream, trouble),
    });
    const receive = markerReceiver('tcp', stream.local, (arrival) => this.#queue.push(arrival));
    this.#streams.set(keyOf(stream.remote), stream);
  }

  sendIke({ channel, local, remote }: Path, bytes: Uint8Array): void {
    if (channel !== 'tcp') throw new BugError(`a path of channel ${channel} given to TCP streams`);
    this.#send('ike', local, remote, bytes);
  }

  sendEsp({ encapsulation, local, remote }: EspPath, protocol: 'esp' | 'ah', bytes: Uint8Array): void {
    if (encapsulation !== 'tcp' || protocol !== 'esp')
      throw new BugError(`${protocol} with encapsulation ${encapsulation} given to TCP streams`);
    this.#send('esp', local, remote, bytes);
  }

  sendKeepalive({ local, remote }: Path): void {
    this.#send('keepalive', local, remote, new Uint8Array(0));
  }

  onArrival(listener: (arrival: Arrival) => void): void {
    this.#queue.listen(listener);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const servers = this.#servers.map((server) => new Promise((resolve) => server.close(resolve)));
    await Promise.all([...this.#streams.values()].map((stream) => stream.close()));
    await Promise.all(servers);
  }

  #send(kind: UdpEncapKind, local: Endpoint, remote: Endpoint, bytes: Uint8Array): void {
    if (this.#closed) return;
    const stream = this.#streams.get(keyOf(remote));
    if (stream !== undefined) stream.send(kind, bytes);
    else if (kind === 'ike') this.#tell(local, { reason: 'other', text: 'there is no TCP connection to the peer', remote });
  }

  #ended(stream: TcpStream, trouble: SocketTrouble): void {
    this.#lost += stream.dropped;
    this.#streams.delete(keyOf(stream.remote));
    this.#tell(stream.local, trouble);
  }

  #tell(local: Endpoint, { remote, ...trouble }: SocketTrouble): void {
    if (remote !== undefined) this.#queue.push({ kind: 'error', path: { channel: 'tcp', local, remote }, ...trouble });
  }
}

function keyOf({ address, port }: Endpoint): string {
  return `${address} ${port}`;
}
