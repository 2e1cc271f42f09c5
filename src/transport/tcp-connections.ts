import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { EnvironmentError } from '../bytes/errors.js';
import type { Endpoint } from '../model/endpoint.js';
import { bindError, routeError, type SocketTrouble } from './socket-errors.js';
import type { TcpFraming } from './tcp-framing.js';
import { TcpStream } from './tcp-stream.js';

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

export interface TcpConnectionsListener {
  /** A message of one of the connections, without its length; `stream` is the same object for the same connection. */
  message(stream: TcpStream, bytes: Uint8Array): void;
  ended(stream: TcpStream, trouble: SocketTrouble): void;
}

/** Connections at once: strangers may open them at will. */
const MAX_STREAMS = 1024;

/** The connections of one end, whoever opened them, by the address and port of the other. */
export class TcpConnections {
  readonly #framing: TcpFraming;
  readonly #listener: TcpConnectionsListener;
  readonly #streams = new Map<string, TcpStream>();
  readonly #servers: Server[] = [];
  #lost = 0;
  #closed = false;

  constructor(framing: TcpFraming, listener: TcpConnectionsListener) {
    this.#framing = framing;
    this.#listener = listener;
  }

  /** Where it listens, or its end of the first connection. */
  get local(): Endpoint | undefined {
    const address = this.#servers[0]?.address();
    if (typeof address === 'object' && address !== null) return { address: address.address, port: address.port };
    const [stream] = this.#streams.values();
    return stream?.local;
  }

  /** Messages that no connection took. */
  get dropped(): number {
    let sum = this.#lost;
    for (const { dropped } of this.#streams.values()) sum += dropped;
    return sum;
  }

  /**
   * @param wanted what should be there, for error texts: `the peer must have IKE over TCP (RFC 9329) enabled`
   * @throws EnvironmentError when there is no route, nobody listens, or no answer comes in time
   */
  async connect({ remote, local, milliseconds }: TcpConnectOptions, wanted: string): Promise<void> {
    const source = local === undefined ? {} : { localAddress: local.address, localPort: local.port };
    const socket = connect({ host: remote.address, port: remote.port, ...source });
    try {
      await once(socket, 'connect', { signal: AbortSignal.timeout(milliseconds) });
    } catch (error) {
      socket.destroy();
      throw connectError(error as NodeJS.ErrnoException, remote, milliseconds, wanted);
    }
    this.#add(socket, 'client');
  }

  /** @throws EnvironmentError when the port or an address cannot be had; nothing stays open then */
  async listen({ addresses, port, flag }: TcpListenOptions): Promise<void> {
    let bound = port;
    try {
      for (const address of addresses) bound = await this.#listenOn(address, bound, flag);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** To the connection with that end; false: there is none. */
  send(remote: Endpoint, framed: Uint8Array | undefined, what: 'control' | 'traffic'): boolean {
    if (this.#closed) return true;
    const stream = this.#streams.get(keyOf(remote));
    stream?.send(framed, what);
    return stream !== undefined;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const servers = this.#servers.map((server) => new Promise((resolve) => server.close(resolve)));
    await Promise.all([...this.#streams.values()].map((stream) => stream.close()));
    await Promise.all(servers);
  }

  async #listenOn(address: string, port: number, flag: string | undefined): Promise<number> {
    const server = createServer((socket) => this.#add(socket, 'server'));
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

  #add(socket: Socket, role: 'client' | 'server'): void {
    if (this.#closed || socket.remoteAddress === undefined) {
      socket.destroy();
      return;
    }
    const stream: TcpStream = new TcpStream(socket, role, this.#framing, {
      message: (bytes) => this.#listener.message(stream, bytes),
      ended: (trouble) => {
        this.#lost += stream.dropped;
        this.#streams.delete(keyOf(stream.remote));
        this.#listener.ended(stream, trouble);
      },
    });
    this.#streams.set(keyOf(stream.remote), stream);
  }
}

function connectError(error: NodeJS.ErrnoException, { address, port }: Endpoint, milliseconds: number, wanted: string): EnvironmentError {
  const what = `TCP port ${port} of ${address}`;
  if (error.name === 'AbortError' || error.code === 'ETIMEDOUT') {
    return new EnvironmentError(
      `${what} does not answer within ${milliseconds / 1000} s`,
      'a firewall may swallow it, or the host is down',
    );
  }
  if (error.code === 'ECONNREFUSED') return new EnvironmentError(`${what} refuses the connection`, `nobody listens there: ${wanted}`);
  return routeError(error, address);
}

function keyOf({ address, port }: Endpoint): string {
  return `${address} ${port}`;
}
