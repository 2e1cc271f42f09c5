import { DecodeError } from '../../bytes/errors.js';
import { ByteReader } from '../../bytes/reader.js';
import { decodeIcmp, describeIcmp, type IcmpHeader, isIcmpError, nextHopMtu } from '../../wire/icmp.js';
import { decodeQuotedPacket, type QuotedPacket } from '../../wire/icmp-quote.js';
import { PROTOCOL_ICMP, PROTOCOL_ICMPV6 } from '../../wire/ip/protocols.js';
import type { InnerPacket } from './inner-packet.js';

/** An ICMP error about one of our packets. */
export interface IcmpAnswer {
  readonly kind: 'time-exceeded' | 'too-big' | 'prohibited' | 'port-unreachable' | 'unreachable' | 'other';
  readonly from: string;
  /** `fragmentation needed by 10.1.0.1, next-hop MTU 1400`. */
  readonly text: string;
  /** Bytes, with `too-big`, where the router says one. */
  readonly mtu?: number;
  readonly quoted: QuotedPacket;
  /** Identifier and sequence, when the packet quoted is an ICMP echo. */
  readonly echo?: { readonly identifier: number; readonly sequence: number };
}

/** Reads an ICMP error; undefined for everything else, and when too little is quoted to tell what it is about. */
export function readIcmpAnswer(packet: InnerPacket): IcmpAnswer | undefined {
  const { version, protocol } = packet;
  if (protocol !== (version === 4 ? PROTOCOL_ICMP : PROTOCOL_ICMPV6) || packet.fragment !== undefined) return undefined;
  try {
    const reader = new ByteReader(packet.payload);
    const header = decodeIcmp(version, reader);
    if (!isIcmpError(header)) return undefined;
    const quoted = decodeQuotedPacket(version, reader);
    const mtu = nextHopMtu(header);
    // An echo has its identifier where errors have what depends on the type.
    const isEcho = quoted.protocol === protocol && !quoted.laterFragment && reader.remaining >= 8;
    const echo = isEcho ? decodeIcmp(version, reader).rest : undefined;
    return {
      kind: kindOf(header),
      from: packet.src,
      text: `${describeIcmp(header)}, says ${packet.src}${mtu === undefined ? '' : `, next-hop MTU ${mtu}`}`,
      ...(mtu === undefined ? {} : { mtu }),
      quoted,
      ...(echo === undefined ? {} : { echo: { identifier: echo >>> 16, sequence: echo & 0xffff } }),
    };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return undefined;
  }
}

/** Codes of "destination unreachable" by which a filter speaks (RFC 1812 §5.2.7.1, RFC 4443 §3.1). */
const prohibitedV4: ReadonlySet<number> = new Set([9, 10, 13]);
const prohibitedV6: ReadonlySet<number> = new Set([1, 5, 6]);

function kindOf({ version, type, code }: IcmpHeader): IcmpAnswer['kind'] {
  if (version === 4) {
    if (type === 11) return 'time-exceeded';
    if (type !== 3) return 'other';
    if (code === 4) return 'too-big';
    if (code === 3) return 'port-unreachable';
    return prohibitedV4.has(code) ? 'prohibited' : 'unreachable';
  }
  if (type === 2) return 'too-big';
  if (type === 3) return 'time-exceeded';
  if (type !== 1) return 'other';
  if (code === 4) return 'port-unreachable';
  return prohibitedV6.has(code) ? 'prohibited' : 'unreachable';
}
