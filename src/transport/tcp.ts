import { BugError } from '../bytes/errors.js';
import { ByteReader } from '../bytes/reader.js';
import type { Path } from '../engine/step.js';
import type { Endpoint } from '../model/endpoint.js';
import { decodeHeader, HEADER_LENGTH, isResponse } from '../wire/ike/header.js';
import type { UdpEncapKind } from '../wire/udp-encap.js';
import { ArrivalQueue } from './arrival-queue.js';
import { markerReceiver } from './markers.js';
import type { SocketTrouble } from './socket-errors.js';
import { TcpConnections, type TcpConnectOptions, type TcpListenOptions } from './tcp-connections.js';
import { frameIke, ikeFraming } from './tcp-framing.js';
import type { TcpStream } from './tcp-stream.js';
import type { Arrival, EspPath, Transport } from './transport.js';

/** IKE and ESP in TCP (RFC 9329). A stream that ends is told as an error arrival, but for one that `connectTcp` opens anew. */
export interface TcpTransport extends Transport {
  /** Messages dropped by us: nobody listened, or the peer did not take them. */
  readonly dropped: number;
}

const WANTED = 'the peer must have IKE over TCP (RFC 9329) enabled';
/** Requests that wait for an answer, with one in the window and its fragments. */
const MOST_UNANSWERED = 8;

/**
 * Who opens the connection opens it again when the peer has closed it and there is something to say (RFC 9329 §6.1): libreswan closes behind
 * INVALID_KE_PAYLOAD. Only after the peer has said something, or it would go on for ever.
 * @throws EnvironmentError when there is no route, nobody listens, or no answer comes in time
 */
export async function connectTcp(options: TcpConnectOptions): Promise<TcpTransport> {
  const transport = new TcpStreams(() => transport.connections.connect(options, WANTED));
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
    message: (stream, bytes) => {
      this.#heard = true;
      this.#unanswered = [];
      this.#receiver(stream)(bytes, stream.remote);
    },
    ended: ({ local }, trouble) => {
      if (!this.#heard || this.#unanswered.length === 0 || !this.#connectAgain()) this.#tell(local, trouble);
    },
  });
  /** A message came by the connection that is open, or was open last. */
  #heard = false;
  /** Requests sent since then; what was written into a connection that the peer had closed is lost. */
  #unanswered: { readonly remote: Endpoint; readonly framed: Uint8Array }[] = [];
  /** Our end of the first connection stands for those that took its place: the path of an IKE SA stays the same. */
  #local: Endpoint | undefined;
  #opening = false;

  constructor(private readonly again?: () => Promise<void>) {}

  get paths(): Transport['paths'] {
    const local = this.#local ?? this.connections.local;
    return local === undefined ? {} : { tcp: local };
  }

  get dropped(): number {
    return this.connections.dropped + this.#queue.dropped;
  }

  sendMessage({ channel, local, remote }: Path, bytes: Uint8Array): void {
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
    const framed = frameIke(kind, bytes);
    const asks = this.again !== undefined && kind === 'ike' && isRequest(bytes);
    if (asks && framed !== undefined && this.#unanswered.length < MOST_UNANSWERED) this.#unanswered.push({ remote, framed });
    const found = this.connections.send(remote, framed, kind === 'ike' ? 'control' : 'traffic');
    if (found || this.#connectAgain() || kind !== 'ike') return;
    this.#tell(local, { reason: 'other', text: 'there is no TCP connection to the peer', remote });
  }

  /** Opens the connection anew, where that is ours to do, and sends what was not answered. */
  #connectAgain(): boolean {
    if (this.#opening) return true;
    if (this.again === undefined || !this.#heard) return false;
    this.#heard = false;
    this.#opening = true;
    this.again().then(
      () => {
        this.#opening = false;
        for (const { remote, framed } of this.#unanswered) this.connections.send(remote, framed, 'control');
      },
      (error: unknown) => {
        this.#opening = false;
        const [first] = this.#unanswered;
        if (first === undefined || this.#local === undefined) return;
        this.#tell(this.#local, { reason: 'other', text: (error as Error).message, remote: first.remote });
      },
    );
    return true;
  }

  #receiver(stream: TcpStream): ReturnType<typeof markerReceiver> {
    const known = this.#receivers.get(stream);
    if (known !== undefined) return known;
    if (this.again !== undefined) this.#local ??= stream.local;
    const made = markerReceiver('tcp', this.#local ?? stream.local, (arrival) => this.#queue.push(arrival));
    this.#receivers.set(stream, made);
    return made;
  }

  #tell(local: Endpoint, { remote, ...trouble }: SocketTrouble): void {
    if (remote !== undefined) this.#queue.push({ kind: 'error', path: { channel: 'tcp', local, remote }, ...trouble });
  }
}

function isRequest(bytes: Uint8Array): boolean {
  return bytes.length >= HEADER_LENGTH && !isResponse(decodeHeader(new ByteReader(bytes)));
}
