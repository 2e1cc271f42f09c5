import { BugError } from '../bytes/errors.js';
import type { Path } from '../engine/step.js';
import type { Endpoint } from '../model/endpoint.js';
import type { UdpEncapKind } from '../wire/udp-encap.js';
import { ArrivalQueue } from './arrival-queue.js';
import { markerReceiver } from './markers.js';
import type { SocketTrouble } from './socket-errors.js';
import { TcpConnections, type TcpConnectOptions, type TcpListenOptions } from './tcp-connections.js';
import { frameIke, ikeFraming } from './tcp-framing.js';
import type { TcpStream } from './tcp-stream.js';
import type { Arrival, EspPath, Transport } from './transport.js';

/** IKE and ESP in TCP (RFC 9329). A stream that ends is told as an error arrival; to connect again is the caller's decision. */
export interface TcpTransport extends Transport {
  /** Messages dropped by us: nobody listened, or the peer did not take them. */
  readonly dropped: number;
}

const WANTED = 'the peer must have IKE over TCP (RFC 9329) enabled';

/** @throws EnvironmentError when there is no route, nobody listens, or no answer comes in time */
export async function connectTcp(options: TcpConnectOptions): Promise<TcpTransport> {
  const transport = new TcpStreams();
  await transport.connections.connect(options, WANTED);
  return transport;
}

/** @throws EnvironmentError when the port or an address cannot be had; nothing stays open then */
export async function listenTcp(options: TcpListenOptions): Promise<TcpTransport> {
  const transport = new TcpStreams();
  await transport.connections.listen(options);
  return transport;
}

class TcpStreams implements TcpTransport {
  readonly #queue = new ArrivalQueue();
  readonly #receivers = new WeakMap<TcpStream, ReturnType<typeof markerReceiver>>();
  readonly connections = new TcpConnections(ikeFraming, {
    message: (stream, bytes) => this.#receiver(stream)(bytes, stream.remote),
    ended: ({ local }, trouble) => this.#tell(local, trouble),
  });

  get paths(): Transport['paths'] {
    const { local } = this.connections;
    return local === undefined ? {} : { tcp: local };
  }

  get dropped(): number {
    return this.connections.dropped + this.#queue.dropped;
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

  close(): Promise<void> {
    return this.connections.close();
  }

  #send(kind: UdpEncapKind, local: Endpoint, remote: Endpoint, bytes: Uint8Array): void {
    const found = this.connections.send(remote, frameIke(kind, bytes), kind === 'ike' ? 'control' : 'traffic');
    if (!found && kind === 'ike') this.#tell(local, { reason: 'other', text: 'there is no TCP connection to the peer', remote });
  }

  #receiver(stream: TcpStream): ReturnType<typeof markerReceiver> {
    const known = this.#receivers.get(stream);
    if (known !== undefined) return known;
    const made = markerReceiver('tcp', stream.local, (arrival) => this.#queue.push(arrival));
    this.#receivers.set(stream, made);
    return made;
  }

  #tell(local: Endpoint, { remote, ...trouble }: SocketTrouble): void {
    if (remote !== undefined) this.#queue.push({ kind: 'error', path: { channel: 'tcp', local, remote }, ...trouble });
  }
}
