import type { Endpoint } from '../model/endpoint.js';
import type { Libc } from './libc.js';
import { encodeSockaddr, SOCKADDR_SIZE } from './sockaddr.js';

const MSG_DONTWAIT = 0x40;
/** struct msghdr of 64-bit Linux, and a control message with 16 bits in it, rounded up. */
const MSGHDR_SIZE = 56;
const CMSG_HEADER = 16;
const CONTROL_SIZE = 24;
const SOL_UDP = 17;
const UDP_SEGMENT = 103;
/** The kernel takes 64 (UDP_MAX_SEGMENTS of linux/udp.h). More save little, and a burst has to find room in the peer's socket. */
const MOST = 16;
/** What one IP packet holds besides headers. */
const LARGEST = 0xffff - 48;

/**
 * Datagrams to one peer, all of the same length but for the last, that go out by one system call: UDP_SEGMENT (udp(7), Linux 4.18). The
 * kernel takes them through its layers as one and cuts them at the far end of its way, at a fifth of what each costs by itself.
 */
export class DatagramBatch {
  readonly #bytes = Buffer.allocUnsafeSlow(LARGEST);
  readonly #name = Buffer.alloc(SOCKADDR_SIZE);
  readonly #control = Buffer.alloc(CONTROL_SIZE);
  readonly #iovec = Buffer.alloc(16);
  readonly #message = Buffer.alloc(MSGHDR_SIZE);
  #remote: Endpoint = { address: '', port: 0 };
  #filled = 0;
  #count = 0;
  /** Bytes of each; the last may have fewer, and ends it. */
  #length = 0;
  #ended = false;

  /** Undefined where the kernel does not know how: it would pass over what it does not know, and send all of them as one. */
  static on(libc: Libc, fd: number): DatagramBatch | undefined {
    const known = libc.getsockopt(fd, SOL_UDP, UDP_SEGMENT, Buffer.alloc(4), Buffer.from([4, 0, 0, 0])) === 0;
    return known ? new DatagramBatch(libc, fd) : undefined;
  }

  private constructor(
    private readonly libc: Libc,
    private readonly fd: number,
  ) {
    this.#control.writeBigUInt64LE(BigInt(CMSG_HEADER + 2), 0);
    this.#control.writeInt32LE(SOL_UDP, 8);
    this.#control.writeInt32LE(UDP_SEGMENT, 12);
    this.#iovec.writeBigUInt64LE(libc.address(this.#bytes), 0);
    this.#message.writeBigUInt64LE(libc.address(this.#name), 0);
    this.#message.writeBigUInt64LE(libc.address(this.#iovec), 16);
    this.#message.writeBigUInt64LE(1n, 24);
    this.#message.writeBigUInt64LE(libc.address(this.#control), 32);
    this.#message.writeBigUInt64LE(BigInt(CONTROL_SIZE), 40);
  }

  /** Takes a copy; false when it does not fit behind what is there. */
  add(datagram: Uint8Array, remote: Endpoint): boolean {
    const { length } = datagram;
    if (this.#count === 0) this.#begin(length, remote);
    else if (this.#ended || length > this.#length || this.#count === MOST || !isSame(remote, this.#remote)) return false;
    // An empty one would be none.
    if (length === 0 || this.#filled + length > LARGEST) return false;
    this.#bytes.set(datagram, this.#filled);
    this.#filled += length;
    this.#count++;
    this.#ended = length < this.#length;
    return true;
  }

  #begin(length: number, remote: Endpoint): void {
    this.#length = length;
    this.#ended = false;
    if (isSame(remote, this.#remote)) return;
    this.#remote = remote;
    const name = encodeSockaddr(remote);
    this.#name.set(name);
    this.#message.writeUInt32LE(name.length, 8);
  }

  /**
   * Sends and forgets them.
   * @param failed told of each that did not go out: none of them did then. `errno` is that of the whole
   */
  send(failed: (datagram: Uint8Array, remote: Endpoint, errno: string) => void): void {
    if (this.#count === 0) return;
    this.#control.writeUInt16LE(this.#length, CMSG_HEADER);
    this.#iovec.writeBigUInt64LE(BigInt(this.#filled), 8);
    const errno = this.libc.sendmsg(this.fd, this.#message, MSG_DONTWAIT) < 0 ? this.libc.errno() : undefined;
    const end = this.#filled;
    this.#filled = this.#count = 0;
    if (errno === undefined) return;
    // Whoever is told may begin the next batch.
    const [bytes, length, remote] = [new Uint8Array(this.#bytes.subarray(0, end)), this.#length, this.#remote];
    for (let at = 0; at < end; at += length) failed(bytes.subarray(at, at + length), remote, errno);
  }
}

function isSame(a: Endpoint, b: Endpoint): boolean {
  return a === b || (a.port === b.port && a.address === b.address);
}
