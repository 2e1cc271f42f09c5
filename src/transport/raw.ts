import { networkInterfaces } from 'node:os';
import { BugError, EnvironmentError } from '../bytes/errors.js';
import { ByteReader } from '../bytes/reader.js';
import type { Path } from '../engine/step.js';
import type { Endpoint } from '../model/endpoint.js';
import { encodeIpPacket } from '../wire/ip/ip-packet.js';
import { PROTOCOL_AH, PROTOCOL_ESP } from '../wire/ip/protocols.js';
import { ArrivalQueue } from './arrival-queue.js';
import { DirectSocket } from './direct-socket.js';
import { ErrorQueue } from './error-queue.js';
import { FdPoller } from './fd-poller.js';
import { type Libc, needLibc } from './libc.js';
import { AF_INET, encodeSockaddr, familyOf } from './sockaddr.js';
import { type SocketTrouble, TOLD_LATE, troubleOf } from './socket-errors.js';
import { bindToDevice, type Fragmentation, forceBuffers, includeHeader, receiveErrors, setFragmentation } from './socket-options.js';
import type { Arrival, EspPath, Transport } from './transport.js';

const SOCK_RAW = 3;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const KERNEL_BUFFER = 4 << 20;
/** Packets read before other events have their turn. */
const BATCH = 64;
/** As the UDP and TCP transports: the kernel's header makes ports meaningless here. */
const NO_PORT = 0;

export interface RawOptions {
  /** Addresses of ours; of each version that occurs a socket for ESP and one for AH on each address. */
  readonly addresses: readonly string[];
  readonly device?: string;
}

export interface RawTransport extends Transport {
  /** Packets dropped by us: nobody listened, or the kernel had no room. */
  readonly dropped: number;
  /** For all that is sent from now on: DF or not. */
  setFragmentation(fragmentation: Fragmentation): boolean;
}

type Protocol = 'esp' | 'ah';
const numbers: Readonly<Record<Protocol, number>> = { esp: PROTOCOL_ESP, ah: PROTOCOL_AH };

/**
 * ESP and AH as IP protocols 50 and 51. Of ESP the kernel makes the outer header, and fragments; AH comes with its own, because the ICV
 * covers it. The kernel reassembles both, and hands a copy of each packet to its own IPsec, which knows no such SPI.
 * @throws EnvironmentError when koffi or the right is missing; nothing stays open then
 */
export async function openRaw(options: RawOptions): Promise<RawTransport> {
  const libc = needLibc('ESP without UDP (IP protocol 50)');
  const transport = new RawSockets(libc);
  try {
    for (const address of options.addresses)
      for (const protocol of ['esp', 'ah'] as const) transport.open(address, protocol, options.device);
  } catch (error) {
    await transport.close();
    throw error;
  }
  return transport;
}

class RawSockets implements RawTransport {
  readonly paths = {};
  readonly #libc: Libc;
  readonly #queue = new ArrivalQueue();
  readonly #poller: FdPoller;
  readonly #sockets = new Map<string, RawSocket>();
  #closed = false;

  constructor(libc: Libc) {
    this.#libc = libc;
    this.#poller = new FdPoller(libc);
  }

  get dropped(): number {
    let sum = this.#queue.dropped;
    for (const { dropped } of this.#sockets.values()) sum += dropped;
    return sum;
  }

  open(address: string, protocol: Protocol, device: string | undefined): void {
    const [plain = address, zone] = address.split('%');
    const socket = new RawSocket(this.#libc, plain, protocol, device, zone === undefined ? 0 : scopeOf(zone));
    this.#sockets.set(`${protocol} ${plain}`, socket);
    const local = { address: plain, port: NO_PORT };
    let last: EspPath = { encapsulation: 'none', local, remote: local };
    this.#poller.add(socket.fd, () => {
      const more = socket.read((bytes, from) => {
        if (last.remote.address !== from) last = { encapsulation: 'none', local, remote: { address: from, port: NO_PORT } };
        this.#queue.push({ kind: protocol, path: last, bytes });
      });
      for (const trouble of socket.troubles()) this.#trouble(local, trouble);
      return more;
    });
  }

  sendEsp({ encapsulation, local, remote }: EspPath, protocol: Protocol, bytes: Uint8Array): void {
    if (encapsulation !== 'none') throw new BugError(`encapsulation ${encapsulation} given to raw sockets`);
    if (this.#closed) return;
    const socket = this.#sockets.get(`${protocol} ${local.address}`);
    if (socket === undefined) throw new BugError(`no ${protocol} socket was opened on ${local.address}`);
    const error = socket.send(bytes, { address: remote.address, port: NO_PORT });
    if (error === undefined) return;
    const troubles = socket.troubles();
    for (const trouble of troubles) this.#trouble(local, trouble);
    if (troubles.length === 0) this.#trouble(local, troubleOf(error, { address: remote.address, port: NO_PORT }));
  }

  sendMessage({ channel }: Path): void {
    throw new BugError(`a path of channel ${channel} given to raw sockets`);
  }

  sendKeepalive({ channel }: Path): void {
    throw new BugError(`a path of channel ${channel} given to raw sockets`);
  }

  onArrival(listener: (arrival: Arrival) => void): void {
    this.#queue.listen(listener);
  }

  setFragmentation(fragmentation: Fragmentation): boolean {
    return [...this.#sockets.values()].map((socket) => socket.setFragmentation(fragmentation)).every((done) => done);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#poller.close();
    for (const socket of this.#sockets.values()) socket.close();
  }

  #trouble(local: Endpoint, { remote, ...trouble }: SocketTrouble): void {
    // Of IKE's kinds of path this is the one with markers: ESP that travels beside it.
    if (remote !== undefined) this.#queue.push({ kind: 'error', path: { channel: 'natt', local, remote }, ...trouble });
  }
}

class RawSocket {
  readonly fd: number;
  dropped = 0;
  readonly #libc: Libc;
  readonly #errors: ErrorQueue;
  readonly #address: string;
  readonly #protocol: Protocol;
  readonly #family: ReturnType<typeof familyOf>;
  readonly #direct: DirectSocket;

  /** @param scope number of the interface of a link-local address: what is sent takes it too */
  constructor(libc: Libc, address: string, protocol: Protocol, device: string | undefined, scope: number) {
    this.#libc = libc;
    this.#address = address;
    this.#protocol = protocol;
    this.#family = familyOf(address);
    this.fd = libc.socket(this.#family, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, numbers[protocol]);
    const what = `IP protocol ${numbers[protocol]} (${protocol.toUpperCase()})`;
    if (this.fd < 0) throw socketError(libc.errno(), what);
    try {
      const bytes = encodeSockaddr({ address, port: NO_PORT }, scope);
      if (libc.bind(this.fd, bytes, bytes.length) < 0) throw new EnvironmentError(`cannot receive ${what} on ${address}: ${libc.errno()}`);
      if (device !== undefined) bindToDevice(libc, this.fd, device);
      if (protocol === 'ah' && !includeHeader(libc, this.fd, this.#family)) {
        throw new EnvironmentError(`cannot send ${what} with a header of our own: ${libc.errno()}`);
      }
    } catch (error) {
      libc.close(this.fd);
      throw error;
    }
    forceBuffers(libc, this.fd, KERNEL_BUFFER);
    receiveErrors(libc, this.fd, this.#family);
    this.#errors = new ErrorQueue(libc, this.fd);
    this.#direct = new DirectSocket(libc, this.fd);
  }

  /** Hands on up to a batch of packets: ESP from its first byte on, AH as a whole. True: there may be more. */
  read(arrived: (bytes: Uint8Array, from: string) => void): boolean {
    // IPv4 gives the header, options included; IPv6 does not (raw(7), RFC 3542 §3).
    const start = this.#family === AF_INET && this.#protocol === 'esp' ? ipv4HeaderLength : undefined;
    const headerless = this.#family !== AF_INET && this.#protocol === 'ah';
    for (let n = 0; n < BATCH; n++) {
      const packet = this.#direct.read(start);
      // There is none, or an error that the queue tells of.
      if (packet === undefined) return false;
      const { bytes, from } = packet;
      // What we cannot know of the header changes on the way, and AH leaves it out (RFC 4302 §3.3.3.1.2).
      arrived(
        headerless ? encodeIpPacket({ src: from.address, dst: this.#address, protocol: PROTOCOL_AH, payload: bytes }) : bytes,
        from.address,
      );
    }
    return true;
  }

  /** The errno of a packet that could not be sent. */
  send(bytes: Uint8Array, remote: Endpoint): string | undefined {
    const error = this.#direct.send(bytes, remote);
    if (error === 'EAGAIN' || error === 'ENOBUFS') {
      this.dropped++;
      return undefined;
    }
    // The error may be that of an earlier packet, told at the first opportunity: then this one was not even tried.
    return TOLD_LATE.has(error) ? this.#direct.send(bytes, remote) : error;
  }

  troubles(): SocketTrouble[] {
    return this.#errors.read().map(({ remote, ...trouble }) => ({
      ...trouble,
      ...(remote === undefined ? {} : { remote: { address: remote.address, port: NO_PORT } }),
    }));
  }

  setFragmentation(fragmentation: Fragmentation): boolean {
    return setFragmentation(this.#libc, this.fd, this.#family, fragmentation);
  }

  close(): void {
    this.#libc.close(this.fd);
  }
}

/** The number of an interface of this host. */
function scopeOf(zone: string): number {
  const scope = networkInterfaces()[zone]?.find(({ scopeid }) => scopeid !== undefined && scopeid > 0)?.scopeid;
  if (scope === undefined)
    throw new EnvironmentError(`this host has no interface ${zone} with a link-local address`, 'ip -6 address lists those it has');
  return scope;
}

function socketError(errno: string, what: string): EnvironmentError {
  if (errno === 'EPERM' || errno === 'EACCES') {
    return new EnvironmentError(
      `no right to open a raw socket for ${what}`,
      'run it as root (sudo), or let ESP go in UDP, which needs no right',
    );
  }
  return new EnvironmentError(`cannot open a raw socket for ${what}: ${errno}`);
}

function ipv4HeaderLength(packet: Uint8Array): number {
  return packet.length === 0 ? 0 : (new ByteReader(packet).u8('IPv4 version and header length') & 0x0f) * 4;
}
