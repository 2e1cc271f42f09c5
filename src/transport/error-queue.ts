import type { Endpoint } from '../model/endpoint.js';
import { describeIcmp, nextHopMtu } from '../wire/icmp.js';
import type { Libc } from './libc.js';
import { decodeSockaddr, SOCKADDR_SIZE } from './sockaddr.js';
import type { SocketTrouble } from './socket-errors.js';

const MSG_DONTWAIT = 0x40;
const MSG_ERRQUEUE = 0x2000;
/** struct msghdr of 64-bit Linux. */
const MSGHDR_SIZE = 56;
const CMSG_HEADER = 16;
/** struct sock_extended_err, in front of the offender's address. */
const EXTENDED_ERROR = 16;
const CONTROL_SIZE = 256;
/** Of the datagram that caused the error the kernel gives back the beginning; nobody needs it. */
const QUOTE_SIZE = 64;
/** Read in one go; a flood of ICMP waits for the next error. */
const MAX_ERRORS = 64;

const ORIGIN_LOCAL = 1;
const ORIGIN_ICMP = 2;
const ORIGIN_ICMP6 = 3;
const recvErr: readonly (readonly [level: number, type: number])[] = [
  [0, 11],
  [41, 25],
];

/** Reads what ICMP and the host itself had to say of datagrams that a socket sent: `IP_RECVERR`, `IPV6_RECVERR` (ip(7)). */
export class ErrorQueue {
  readonly #name = Buffer.alloc(SOCKADDR_SIZE);
  readonly #quote = Buffer.alloc(QUOTE_SIZE);
  readonly #control = Buffer.alloc(CONTROL_SIZE);
  readonly #iovec = Buffer.alloc(16);
  readonly #message = Buffer.alloc(MSGHDR_SIZE);

  constructor(
    private readonly libc: Libc,
    private readonly fd: number,
  ) {
    this.#iovec.writeBigUInt64LE(libc.address(this.#quote), 0);
    this.#iovec.writeBigUInt64LE(BigInt(QUOTE_SIZE), 8);
    this.#message.writeBigUInt64LE(libc.address(this.#name), 0);
    this.#message.writeBigUInt64LE(libc.address(this.#iovec), 16);
    this.#message.writeBigUInt64LE(1n, 24);
    this.#message.writeBigUInt64LE(libc.address(this.#control), 32);
  }

  /** Empties the queue. A queue that is not emptied wakes the event loop for ever. */
  read(): SocketTrouble[] {
    const troubles: SocketTrouble[] = [];
    for (let n = 0; n < MAX_ERRORS; n++) {
      this.#name.fill(0);
      this.#message.writeUInt32LE(SOCKADDR_SIZE, 8);
      this.#message.writeBigUInt64LE(BigInt(CONTROL_SIZE), 40);
      if (this.libc.recvmsg(this.fd, this.#message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) break;
      const trouble = this.#trouble(decodeSockaddr(this.#name));
      if (trouble !== undefined) troubles.push(trouble);
    }
    return troubles;
  }

  #trouble(remote: Endpoint | undefined): SocketTrouble | undefined {
    const control = this.#control;
    const end = Number(this.#message.readBigUInt64LE(40));
    for (let at = 0; at + CMSG_HEADER + EXTENDED_ERROR <= end; ) {
      const length = Number(control.readBigUInt64LE(at));
      const [level, type] = [control.readInt32LE(at + 8), control.readInt32LE(at + 12)];
      if (length >= CMSG_HEADER + EXTENDED_ERROR && recvErr.some((kind) => kind[0] === level && kind[1] === type)) {
        return decodeExtendedError(control.subarray(at + CMSG_HEADER, Math.min(at + length, end)), remote);
      }
      if (length < CMSG_HEADER) break;
      at += (length + 7) & ~7;
    }
    return undefined;
  }
}

/** struct sock_extended_err and the address behind it (linux/errqueue.h). */
function decodeExtendedError(bytes: Buffer, remote: Endpoint | undefined): SocketTrouble | undefined {
  const origin = bytes.readUInt8(4);
  const info = bytes.readUInt32LE(8);
  const to = remote === undefined ? {} : { remote };
  if (origin === ORIGIN_LOCAL) {
    // EMSGSIZE alone is told this way: DF is set and our own interface or the kernel's memory of the path is too small.
    return { reason: 'too-big', text: `too big: this host knows of a path MTU of ${info}`, mtu: info, ...to };
  }
  if (origin !== ORIGIN_ICMP && origin !== ORIGIN_ICMP6) return undefined;
  const header = {
    kind: 'icmp',
    version: origin === ORIGIN_ICMP ? 4 : 6,
    type: bytes.readUInt8(5),
    code: bytes.readUInt8(6),
    checksum: 0,
    rest: info,
  } as const;
  const mtu = nextHopMtu(header);
  const from = decodeSockaddr(bytes.subarray(EXTENDED_ERROR))?.address;
  return {
    reason: mtu === undefined ? icmpReason(header.version, header.type, header.code) : 'too-big',
    text: describeIcmp(header),
    ...(mtu === undefined ? {} : { mtu }),
    ...(from === undefined ? {} : { from }),
    ...to,
  };
}

/** RFC 792, RFC 1812 §5.2.7.1, RFC 4443 §3.1: destination unreachable, by its code. */
function icmpReason(version: 4 | 6, type: number, code: number): SocketTrouble['reason'] {
  if (version === 4) {
    if (type !== 3) return 'other';
    switch (code) {
      case 2:
        return 'other';
      case 3:
        return 'port-unreachable';
      case 4:
        return 'too-big';
      case 9:
      case 10:
      case 13:
        return 'prohibited';
      default:
        return 'host-unreachable';
    }
  }
  if (type !== 1) return 'other';
  if (code === 4) return 'port-unreachable';
  return code === 1 || code === 5 || code === 6 ? 'prohibited' : 'host-unreachable';
}
