import { ByteWriter } from '../../bytes/writer.js';
import { noBytes } from '../../crypto/cipher.js';
import { prepareHmac } from '../../crypto/hash.js';
import type { RandomSource } from '../../crypto/random-source.js';
import { encodeIpPacket } from '../../wire/ip/ip-packet.js';
import { PROTOCOL_ICMP, PROTOCOL_ICMPV6, PROTOCOL_NO_NEXT_HEADER, PROTOCOL_TCP, PROTOCOL_UDP } from '../../wire/ip/protocols.js';
import { USUAL_MTU } from '../../wire/ip/sizes.js';
import { TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN } from '../../wire/tcp.js';
import { mssOption } from '../../wire/tcp-options.js';
import { echoReply, readEcho } from './echo.js';
import { fragmentPacket, Reassembler } from './fragments.js';
import { type InnerPacket, readInnerPacket } from './inner-packet.js';
import { icmpPacket, ipHeaderLength, type Route, tcpPacket, udpPacket } from './messages.js';
import { addSequence, readTcp, type TcpSegment } from './tcp-segment.js';
import { readUdp } from './udp-probe.js';

export interface ResponderSettings {
  readonly random: RandomSource;
  /** Ours, as text; without, every address is. */
  readonly addresses?: ReadonlySet<string>;
  /** TCP ports that accept connections; all others answer RST. */
  readonly tcpPorts?: ReadonlySet<number>;
  /** UDP ports that send back what comes (RFC 862); all others answer port unreachable. */
  readonly udpPorts?: ReadonlySet<number>;
  /** Answers longer than this are sent in fragments; bytes, those of Ethernet without. */
  readonly mtu?: number;
}

const WINDOW = 65_535;

/** Longest ICMP error, as much of the packet quoted as fits (RFC 1812 §4.3.2.3, RFC 4443 §3.1). */
const ERROR_LENGTH = { 4: 576, 6: 1280 } as const;
const UNREACHABLE = { 4: { type: 3, port: 3, protocol: 2 }, 6: { type: 1, port: 4 } } as const;
const PARAMETER_PROBLEM_V6 = { type: 4, unrecognizedNextHeader: 1 } as const;
/** Offset of Next Header in the fixed header of IPv6. */
const NEXT_HEADER_AT = 6;

/**
 * The host at the other end of the tunnel, for whoever tests against us: answers echo, accepts TCP where told, and refuses the rest
 * as a host does. Keeps no connections: each segment of TCP is answered from what itself says, so nobody can fill a table; only
 * fragments wait, bounded.
 */
export class Responder {
  readonly #settings: ResponderSettings;
  readonly #reassembler = new Reassembler();
  readonly #initialSequence: (parts: readonly Uint8Array[]) => Uint8Array;
  #identification = 0;

  constructor(settings: ResponderSettings) {
    this.#settings = settings;
    this.#initialSequence = prepareHmac('sha256', settings.random(32));
  }

  /** What a host would answer: possibly nothing, several packets when the answer must be fragmented. Never throws. */
  answer(bytes: Uint8Array, now: number): readonly Uint8Array[] {
    const part = readInnerPacket(bytes);
    if (part === undefined || !this.#isOurs(part)) return [];
    const packet = this.#reassembler.add(part, now);
    if (packet === undefined) return [];
    const route = { src: packet.dst, dst: packet.src };
    const answer = this.#answerTo(packet, part.fragment === undefined ? bytes : encodeIpPacket(packet), route);
    if (answer === undefined) return [];
    this.#identification = (this.#identification % 0xffff) + 1;
    return fragmentPacket(answer, this.#settings.mtu ?? USUAL_MTU, this.#identification);
  }

  /** Nobody answers groups, broadcasts, or senders that are none (RFC 1122 §3.2.2, RFC 4443 §2.4). */
  #isOurs({ src, dst, version }: InnerPacket): boolean {
    const { addresses } = this.#settings;
    if (addresses !== undefined && !addresses.has(dst)) return false;
    const isHost = (address: string) =>
      version === 6
        ? address !== '::' && !address.startsWith('ff')
        : Number.parseInt(address, 10) < 224 && Number.parseInt(address, 10) > 0;
    return isHost(src) && isHost(dst);
  }

  /** `bytes`: the whole packet, to be quoted. */
  #answerTo(packet: InnerPacket, bytes: Uint8Array, route: Route): Uint8Array | undefined {
    const { version } = packet;
    switch (packet.protocol) {
      case PROTOCOL_ICMP:
      case PROTOCOL_ICMPV6: {
        const echo = readEcho(packet);
        return echo?.kind === 'request' ? echoReply(route, echo) : undefined;
      }
      case PROTOCOL_UDP: {
        const udp = readUdp(packet.payload);
        if (udp === undefined) return undefined;
        if (this.#settings.udpPorts?.has(udp.dstPort)) return udpPacket(route, udp.dstPort, udp.srcPort, udp.data);
        return quoting(route, UNREACHABLE[version].type, UNREACHABLE[version].port, 0, bytes);
      }
      case PROTOCOL_TCP: {
        const segment = readTcp(packet);
        return segment === undefined ? undefined : this.#answerTcp(segment, route);
      }
      case PROTOCOL_NO_NEXT_HEADER:
        return undefined;
      default:
        if (version === 4) return quoting(route, UNREACHABLE[4].type, UNREACHABLE[4].protocol, 0, bytes);
        return quoting(route, PARAMETER_PROBLEM_V6.type, PARAMETER_PROBLEM_V6.unrecognizedNextHeader, NEXT_HEADER_AT, bytes);
    }
  }

  #answerTcp({ header, length }: TcpSegment, route: Route): Uint8Array | undefined {
    const { srcPort, dstPort, flags, sequence, acknowledgment } = header;
    const answer = (answerFlags: number, ourSequence: number, ours: number, options: Uint8Array = noBytes) =>
      tcpPacket(
        route,
        { srcPort: dstPort, dstPort: srcPort, sequence: ourSequence, acknowledgment: ours, flags: answerFlags, window: WINDOW, options },
        noBytes,
      );
    if ((flags & TCP_RST) !== 0) return undefined;
    const fin = (flags & TCP_FIN) !== 0;
    const syn = (flags & TCP_SYN) !== 0;
    const next = addSequence(sequence, length + (syn ? 1 : 0) + (fin ? 1 : 0));
    if (this.#settings.tcpPorts?.has(dstPort) !== true) {
      // RFC 9293 §3.10.7.1.
      return (flags & TCP_ACK) === 0 ? answer(TCP_RST | TCP_ACK, 0, next) : answer(TCP_RST, acknowledgment, 0);
    }
    if (syn) {
      const mss = (this.#settings.mtu ?? USUAL_MTU) - ipHeaderLength(route) - 20;
      return answer(TCP_SYN | TCP_ACK, this.#isn(route, srcPort, dstPort), next, mssOption(mss));
    }
    if (fin) return answer(TCP_FIN | TCP_ACK, acknowledgment, next);
    return length > 0 ? answer(TCP_ACK, acknowledgment, next) : undefined;
  }

  /** The same for every SYN of a connection, and not to be guessed (RFC 6528 §3, without its clock). */
  #isn(route: Route, srcPort: number, dstPort: number): number {
    const ports = new ByteWriter(4).u16(srcPort).u16(dstPort).finish();
    const hash = this.#initialSequence([Buffer.from(`${route.src} ${route.dst} `), ports]);
    return new DataView(hash.buffer, hash.byteOffset).getUint32(0);
  }
}

/** An ICMP error with as much of the packet as may be. */
function quoting(route: Route, type: number, code: number, rest: number, bytes: Uint8Array): Uint8Array {
  const room = ERROR_LENGTH[route.src.includes(':') ? 6 : 4] - ipHeaderLength(route) - 8;
  return icmpPacket(route, type, code, rest, bytes.subarray(0, room));
}
