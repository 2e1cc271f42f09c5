import { PacketSlab } from '../engine/shared/packet-slab.js';
import type { Endpoint } from '../model/endpoint.js';
import type { Libc } from './libc.js';
import { decodeSockaddr, encodeSockaddr, SOCKADDR_SIZE } from './sockaddr.js';

const MSG_DONTWAIT = 0x40;
/** The largest datagram there is, and a byte. */
const LARGEST = 0x10000;

/** One for all sockets. */
const slab = new PacketSlab();

/** Sends and reads datagrams of a socket by system calls of its own, at a third of what dgram takes for each. Never waits. */
export class DirectSocket {
  readonly #buffer = Buffer.allocUnsafe(LARGEST);
  readonly #from = Buffer.alloc(SOCKADDR_SIZE);
  readonly #fromLength = Buffer.alloc(4);
  /** Peers come in runs: neither their addresses nor the objects for them are made anew for each datagram. */
  readonly #lastFrom = Buffer.alloc(SOCKADDR_SIZE);
  #source: Endpoint | undefined;
  #target: Endpoint = { address: '', port: 0 };
  #to: Uint8Array = new Uint8Array(0);

  constructor(
    private readonly libc: Libc,
    readonly fd: number,
  ) {}

  /** Undefined when it went out, otherwise the errno: `EAGAIN` when there is no room. */
  send(bytes: Uint8Array, remote: Endpoint): string | undefined {
    if (this.#target !== remote && (this.#target.address !== remote.address || this.#target.port !== remote.port)) {
      this.#to = encodeSockaddr(remote);
    }
    this.#target = remote;
    const sent = this.libc.sendto(this.fd, bytes, bytes.length, MSG_DONTWAIT, this.#to, this.#to.length);
    return sent < 0 ? this.libc.errno() : undefined;
  }

  /** One datagram, copied from its `start` on; undefined: `errno` says why, `EAGAIN` when there is none. */
  read(start: (datagram: Uint8Array) => number = () => 0): { readonly bytes: Uint8Array; readonly from: Endpoint } | undefined {
    this.#fromLength.writeUInt32LE(SOCKADDR_SIZE, 0);
    const length = this.libc.recvfrom(this.fd, this.#buffer, LARGEST, MSG_DONTWAIT, this.#from, this.#fromLength);
    if (length < 0) return undefined;
    if (this.#source === undefined || !this.#from.equals(this.#lastFrom)) {
      this.#source = decodeSockaddr(this.#from) ?? { address: '', port: 0 };
      this.#from.copy(this.#lastFrom);
    }
    const datagram = this.#buffer.subarray(0, length);
    const at = start(datagram);
    const bytes = slab.take(length - at);
    bytes.set(at === 0 ? datagram : datagram.subarray(at));
    return { bytes, from: this.#source };
  }

  /** Of the last read that gave nothing. */
  errno(): string {
    return this.libc.errno();
  }
}
