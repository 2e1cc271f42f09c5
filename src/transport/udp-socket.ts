import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { EnvironmentError } from '../bytes/errors.js';
import type { Endpoint } from '../model/endpoint.js';
import { DatagramBatch } from './datagram-batch.js';
import { DirectSocket } from './direct-socket.js';
import { ErrorQueue } from './error-queue.js';
import { findLibc, needLibc } from './libc.js';
import { familyOf } from './sockaddr.js';
import { bindError, type SocketTrouble, TOLD_LATE, troubleOf } from './socket-errors.js';
import { bindToDevice, descriptorOf, type Fragmentation, forceBuffers, receiveErrors, setFragmentation } from './socket-options.js';

/** Asked for; the kernel gives what net.core.rmem_max and wmem_max allow. A burst of a gateway at full rate must fit. */
const KERNEL_BUFFER = 4 << 20;
/** Bytes that may wait in this process for a slow link before more are dropped, as a link would. */
const MAX_QUEUED = 4 << 20;
/** Datagrams read beyond the one that Node's event loop brings, before it has its turn again. */
const BATCH = 32;

export interface UdpSocketOptions {
  /** Address to bind; IPv6 link-local ones with their zone. */
  readonly address: string;
  /** 0: a free one. */
  readonly port: number;
  /** The flag that names the port, for error texts. */
  readonly flag?: string;
  /** Interface that all goes out and comes in by. */
  readonly device?: string;
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
  /** There with native reach: who said what about which datagram. */
  readonly #errors: ErrorQueue | undefined;
  /** There with native reach, but not where addresses need their zone. */
  readonly #direct: DirectSocket | undefined;
  /** Traffic of this turn of ours behind its first datagram; undefined where the kernel cannot do it. */
  #batch: DatagramBatch | undefined;
  #gathering = false;
  readonly #listener: UdpSocketListener;
  /** Peers come in runs: the last one is not made anew for each datagram. */
  #last: Endpoint = { address: '', port: 0 };
  #connected: Endpoint | undefined;
  #closed = false;
  /** Datagrams that Node has not got rid of yet: what comes after them must not overtake. */
  #waiting = 0;
  /** Datagrams that found the queue full. */
  dropped = 0;

  private constructor(socket: Socket, listener: UdpSocketListener, zone: string) {
    this.#socket = socket;
    this.#listener = listener;
    this.#zone = zone;
    const { address, port } = socket.address();
    this.local = { address: withoutZone(address), port };
    const libc = findLibc();
    const fd = descriptorOf(socket);
    if (libc !== undefined && fd !== undefined) {
      forceBuffers(libc, fd, KERNEL_BUFFER);
      if (receiveErrors(libc, fd, familyOf(this.local.address))) this.#errors = new ErrorQueue(libc, fd);
      if (zone === '' && this.#errors !== undefined) {
        this.#direct = new DirectSocket(libc, fd);
        this.#batch = DatagramBatch.on(libc, fd);
      }
    }
    socket.on('message', (bytes: Buffer, from: RemoteInfo) => this.#arrived(bytes, from));
    socket.on('error', (error: NodeJS.ErrnoException) => this.#failed(error.code));
  }

  /** @throws EnvironmentError when the port or the address cannot be had */
  static async open(options: UdpSocketOptions, listener: UdpSocketListener): Promise<UdpSocket> {
    const { address, port, flag, device } = options;
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
    try {
      if (device !== undefined) bindTo(device, socket);
    } catch (error) {
      socket.close();
      throw error;
    }
    return new UdpSocket(socket, listener, zoneOf(address));
  }

  /** Whether ICMP errors come with who said them and about whom, without `connect`. */
  get hearsErrors(): boolean {
    return this.#errors !== undefined;
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

  /**
   * Sends the parts as one datagram.
   * @param what `traffic` may go out together: a capture at this host can show it as one datagram then
   */
  send(parts: Uint8Array | readonly Uint8Array[], remote: Endpoint, what: 'control' | 'traffic' = 'control'): void {
    if (this.#closed) return;
    if (remote.port === 0) {
      // A stranger can claim to send from there; nobody can be answered, and Node throws.
      this.#failed('EINVAL', remote);
      return;
    }
    if (this.#direct === undefined || this.#waiting > 0) {
      this.#send(parts, remote);
      return;
    }
    const bytes = parts instanceof Uint8Array ? parts : Buffer.concat(parts);
    if (what === 'traffic' && this.#gathering && this.#batch !== undefined) {
      this.#gather(this.#batch, bytes, remote);
      return;
    }
    this.#flush();
    // The first goes at once, and what follows before other events have their turn goes together.
    this.#gathering = what === 'traffic';
    if (this.#gathering) queueMicrotask(() => this.#flush());
    this.#sendSingly(bytes, remote);
  }

  #gather(batch: DatagramBatch, bytes: Uint8Array, remote: Endpoint): void {
    if (batch.add(bytes, remote)) return;
    this.#sendBatch(batch);
    // What failed there waits in Node, and nothing may overtake it; or there are no batches any more.
    if (this.#waiting > 0 || this.#batch === undefined || !batch.add(bytes, remote)) this.#sendSingly(bytes, remote);
  }

  #flush(): void {
    this.#gathering = false;
    if (this.#batch !== undefined) this.#sendBatch(this.#batch);
  }

  #sendBatch(batch: DatagramBatch): void {
    let told = false;
    batch.send((bytes, remote, errno) => {
      // Anything else than these will be the same next time: a device without checksums, datagrams that need fragments.
      if (errno !== 'EAGAIN' && !TOLD_LATE.has(errno)) this.#batch = undefined;
      // Told once, of an earlier datagram: sending these again would not bring it back.
      if (TOLD_LATE.has(errno) && !told) this.#failed(errno, remote);
      told = true;
      this.#sendSingly(bytes, remote);
    });
  }

  #sendSingly(bytes: Uint8Array, remote: Endpoint): void {
    if (this.#direct === undefined || this.#waiting > 0) this.#send(bytes, remote);
    else this.#sendDirectly(this.#direct, bytes, remote);
  }

  #sendDirectly(direct: DirectSocket, bytes: Uint8Array, remote: Endpoint): void {
    const error = direct.send(bytes, remote);
    if (error === undefined) return;
    if (error !== 'EAGAIN') this.#failed(error, remote);
    if (error === 'EAGAIN' || TOLD_LATE.has(error)) this.#send(bytes, remote, error);
  }

  /** @param before errno of a first try */
  #send(parts: Uint8Array | readonly Uint8Array[], remote: Endpoint, before?: string): void {
    if (this.#socket.getSendQueueSize() > MAX_QUEUED) {
      this.dropped++;
      return;
    }
    const sent = (error: NodeJS.ErrnoException | null) => {
      this.#waiting--;
      if (error === null || this.#closed) return;
      this.#failed(error.code, remote, before);
      // The error may be that of an earlier datagram: then this one was not even tried.
      if (before === undefined && TOLD_LATE.has(error.code)) this.#send(parts, remote, error.code);
    };
    const connected = this.#connected;
    if (connected !== undefined && (connected.port !== remote.port || connected.address !== remote.address)) {
      this.#socket.disconnect();
      this.#connected = undefined;
    }
    this.#waiting++;
    if (this.#connected !== undefined) this.#socket.send(parts, sent);
    else this.#socket.send(parts, remote.port, this.#scoped(remote.address), sent);
  }

  /** False: this host has no way to set it. */
  setFragmentation(fragmentation: Fragmentation): boolean {
    const libc = findLibc();
    const fd = descriptorOf(this.#socket);
    return libc !== undefined && fd !== undefined && setFragmentation(libc, fd, familyOf(this.local.address), fragmentation);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#flush();
    this.#closed = true;
    this.#socket.close();
    await once(this.#socket, 'close');
  }

  #arrived(bytes: Buffer, { address, port }: RemoteInfo): void {
    const plain = withoutZone(address);
    if (this.#last.port !== port || this.#last.address !== plain) this.#last = { address: plain, port };
    this.#listener.datagram(bytes, this.#last);
    if (this.#direct !== undefined) this.#readOn(this.#direct);
  }

  /** Where one datagram was, there often are more. */
  #readOn(direct: DirectSocket): void {
    for (let n = 0; n < BATCH && !this.#closed; n++) {
      const next = direct.read();
      if (next === undefined) {
        const error = direct.errno();
        if (error !== 'EAGAIN') this.#failed(error);
        return;
      }
      this.#listener.datagram(next.bytes, next.from);
    }
  }

  #failed(code: string | undefined, remote = this.#connected, before?: string): void {
    if (this.#closed) return;
    const troubles = this.#errors?.read() ?? [];
    for (const trouble of troubles) {
      // What the host itself refused comes without the port.
      const own = trouble.remote?.port === 0 && trouble.remote.address === remote?.address;
      this.#listener.trouble(own ? { ...trouble, remote } : trouble);
    }
    if (troubles.length === 0 && code !== before) this.#listener.trouble(troubleOf(code, remote));
  }

  #scoped(address: string): string {
    return this.#zone !== '' && /^fe[89ab]/i.test(address) ? `${address}%${this.#zone}` : address;
  }
}

function bindTo(device: string, socket: Socket): void {
  const libc = needLibc('binding to an interface');
  const fd = descriptorOf(socket);
  if (fd === undefined) throw new EnvironmentError('this version of Node does not let a socket be bound to an interface');
  bindToDevice(libc, fd, device);
}

function zoneOf(address: string): string {
  return address.split('%')[1] ?? '';
}

function withoutZone(address: string): string {
  const percent = address.indexOf('%');
  return percent < 0 ? address : address.slice(0, percent);
}
