import { DecodeError } from '../../bytes/errors.js';
import { ByteReader } from '../../bytes/reader.js';
import { decodeIcmp } from '../../wire/icmp.js';
import { PROTOCOL_ICMP, PROTOCOL_ICMPV6 } from '../../wire/ip/protocols.js';
import type { InnerPacket } from './inner-packet.js';
import { ICMP_HEADER_LENGTH, icmpPacket, ipHeaderLength, isIpv6, type Route } from './messages.js';

/** ICMP types (RFC 792, RFC 4443 §4). */
const REQUEST_V4 = 8;
const REPLY_V4 = 0;
const REQUEST_V6 = 128;
const REPLY_V6 = 129;

/** What echo request and reply have in common. */
export interface Echo {
  readonly identifier: number;
  readonly sequence: number;
  readonly data: Uint8Array;
}

/** Data that fills an echo up to `length` bytes of IP packet: 0, 1, 2, … 255, 0, … */
export function echoData(route: Route, length: number): Uint8Array {
  return Uint8Array.from({ length: Math.max(0, length - ipHeaderLength(route) - ICMP_HEADER_LENGTH) }, (_, i) => i & 0xff);
}

export function echoRequest(route: Route, { identifier, sequence, data }: Echo): Uint8Array {
  return icmpPacket(route, isIpv6(route) ? REQUEST_V6 : REQUEST_V4, 0, ((identifier << 16) | sequence) >>> 0, data);
}

export function echoReply(route: Route, { identifier, sequence, data }: Echo): Uint8Array {
  return icmpPacket(route, isIpv6(route) ? REPLY_V6 : REPLY_V4, 0, ((identifier << 16) | sequence) >>> 0, data);
}

/** Undefined when the packet is none, or a fragment. */
export function readEcho(packet: InnerPacket): (Echo & { readonly kind: 'request' | 'reply' }) | undefined {
  const v6 = packet.version === 6;
  if (packet.fragment !== undefined || packet.protocol !== (v6 ? PROTOCOL_ICMPV6 : PROTOCOL_ICMP)) return undefined;
  try {
    const reader = new ByteReader(packet.payload);
    const { type, rest } = decodeIcmp(packet.version, reader);
    const kind = type === (v6 ? REQUEST_V6 : REQUEST_V4) ? 'request' : type === (v6 ? REPLY_V6 : REPLY_V4) ? 'reply' : undefined;
    if (kind === undefined) return undefined;
    return { kind, identifier: rest >>> 16, sequence: rest & 0xffff, data: reader.rest() };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return undefined;
  }
}

/** Whether `packet` came from where the route leads. */
export function comesBack(packet: Pick<InnerPacket, 'src' | 'dst'>, route: Route): boolean {
  return packet.src === route.dst && packet.dst === route.src;
}
