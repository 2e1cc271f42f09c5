import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import type { Endpoint } from '../model/endpoint.js';
import { bindError, type SocketTrouble, troubleOf } from './socket-errors.js';

/** Asked for; the kernel gives what net.core.rmem_max and wmem_max allow. A burst of a gateway at full rate must fit. */
const KERNEL_BUFFER = 4 << 20;
/** Bytes that may wait in this process for a slow link before more are dropped, as a link would. */
const MAX_QUEUED = 4 << 20;

export interface UdpSocketOptions {
  /** Address to bind; IPv6 link-local ones with their zone. */
  readonly address: string;
  /** 0: a free one. */
  readonly port: number;
  /** The flag that names the port, for error texts. */
  readonly flag?: string;
}

export interface UdpSocketListener {
  datagram(bytes: Uint8Array, remote: Endpoint): void;
  trouble(trouble: SocketTrouble): void;
}

/** One bound UDP socket. Reports errors of sending and ICMP's word as trouble; nothing throws once it is open. */
export class UdpSocket {
  /** The address without zone, and the port that was free. */
  readonly local: Endpoint;
  readonly #socket: Socket;
  readonly #zone: string;
  readonly #listener: UdpSocketListener;
  /** Peers come in runs: the last one is not made anew for each datagram. */
  #last: Endpoint = { address: '', port: 0 };
  #connected: Endpoint | undefined;
  #closed = false;
  /** Datagrams that found the queue full. */
  dropped = 0;

  private constructor(socket: Socket, listener: UdpSocketListener, zone: string) {
    this.#socket = socket;
    this.#listener = listener;
    this.#zone = zone;
    const { address, port } = socket.address();
    this.local = { address: withoutZone(address), port };
    socket.on('message', (bytes: Buffer, from: RemoteInfo) => this.#arrived(bytes, from));
    socket.on('error', (error: NodeJS.ErrnoException) => this.#failed(error));
  }

  /** @throws EnvironmentError when the port or the address cannot be had */
  static async open(options: UdpSocketOptions, listener: UdpSocketListener): Promise<UdpSocket> {
    const { address, port, flag } = options;
    const socket = createSocket({
      type: isIPv6(address) ? 'udp6' : 'udp4',
      ipv6Only: isIPv6(address),
      recvBufferSize: KERNEL_BUFFER,
      sendBufferSize: KERNEL_BUFFER,
      // Addresses only: without this each datagram would wait for a turn of the resolver.
      lookup: (host, _, found) => found(null, host, isIPv6(host) ? 6 : 4),
    });
    try {
      // With a lookup that answers at once, so does the binding.
      const listening = once(socket, 'listening');
      socket.bind({ address, port, exclusive: true });
      await listening;
    } catch (error) {
      socket.close();
      throw bindError(error as NodeJS.ErrnoException, `UDP port ${port} of ${address}`, port, flag);
    }
    return new UdpSocket(socket, listener, zoneOf(address));
  }

  /**
   * Talks to one peer only, so that the kernel tells what ICMP says of it. What others send is no longer heard; the first datagram
   * to somebody else ends it.
   */
  async connect(remote: Endpoint): Promise<void> {
    // Without a route there is nothing to be told; the first datagram will say so.
    await new Promise<void>((resolve) => {
      this.#socket.connect(remote.port, this.#scoped(remote.address), (...errors: unknown[]) => {
        if (errors[0] === undefined) this.#connected = remote;
        resolve();
      });
    });
  }

  /** Sends the parts as one datagram. */
  send(parts: Uint8Array | readonly Uint8Array[], remote: Endpoint): void {
    if (this.#closed) return;
    if (this.#socket.getSendQueueSize() > MAX_QUEUED) {
      this.dropped++;
      return;
    }
    this.#send(parts, remote);
  }

  #send(parts: Uint8Array | readonly Uint8Array[], remote: Endpoint, before?: NodeJS.ErrnoException): void {
    const sent = (error: NodeJS.ErrnoException | null) => {
      if (error === null || this.#closed) return;
      if (error.code !== before?.code) this.#failed(error, remote);
      // The error may be that of an earlier datagram, told at the first opportunity: then this one was not even tried.
      if (before === undefined) this.#send(parts, remote, error);
    };
    const connected = this.#connected;
    if (connected !== undefined && (connected.port !== remote.port || connected.address !== remote.address)) {
      this.#socket.disconnect();
      this.#connected = undefined;
    }
    if (this.#connected !== undefined) this.#socket.send(parts, sent);
    else this.#socket.send(parts, remote.port, this.#scoped(remote.address), sent);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
    await once(this.#socket, 'close');
  }

  #arrived(bytes: Buffer, { address, port }: RemoteInfo): void {
    const plain = withoutZone(address);
    if (this.#last.port !== port || this.#last.address !== plain) this.#last = { address: plain, port };
    this.#listener.datagram(bytes, this.#last);
  }

  #failed(error: NodeJS.ErrnoException, remote = this.#connected): void {
    if (this.#closed) return;
    this.#listener.trouble(troubleOf(error, remote));
  }

  #scoped(address: string): string {
    return this.#zone !== '' && /^fe[89ab]/i.test(address) ? `${address}%${this.#zone}` : address;
  }
}

function zoneOf(address: string): string {
  return address.split('%')[1] ?? '';
}

function withoutZone(address: string): string {
  const percent = address.indexOf('%');
  return percent < 0 ? address : address.slice(0, percent);
}
