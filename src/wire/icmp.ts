import type { ByteReader } from '../bytes/reader.js';
import { nameOf, type Registry } from '../bytes/registry.js';
import type { ByteWriter } from '../bytes/writer.js';

/** ICMP or ICMPv6: both begin alike. */
export interface IcmpHeader {
  readonly kind: 'icmp';
  readonly version: 4 | 6;
  readonly type: number;
  readonly code: number;
  readonly checksum: number;
  /** The four bytes whose meaning depends on the type: identifier and sequence, next-hop MTU, pointer, gateway. */
  readonly rest: number;
}

/** Leaves the reader at the body. RFC 792, RFC 4443 §2.1. */
export function decodeIcmp(version: 4 | 6, reader: ByteReader): IcmpHeader {
  return {
    kind: 'icmp',
    version,
    type: reader.u8('ICMP type'),
    code: reader.u8('ICMP code'),
    checksum: reader.u16('ICMP checksum'),
    rest: reader.u32('ICMP rest of header'),
  };
}

export function encodeIcmp(header: IcmpHeader, writer: ByteWriter): void {
  writer.u8(header.type).u8(header.code).u16(header.checksum).u32(header.rest);
}

const UNREACHABLE = 3;
const FRAGMENTATION_NEEDED = 4;
const PACKET_TOO_BIG_V6 = 2;

/** Errors quote the packet that caused them; everything else (echo, neighbours, routers) does not. */
export function isIcmpError(header: IcmpHeader): boolean {
  if (header.version === 6) return header.type < 128;
  switch (header.type) {
    case UNREACHABLE:
    case 4: // source quench
    case 5: // redirect
    case 11: // time exceeded
    case 12: // parameter problem
      return true;
    default:
      return false;
  }
}

/** Next-hop MTU of "fragmentation needed" (RFC 1191 §4; routers before it say 0) and "packet too big" (RFC 4443 §3.2). */
export function nextHopMtu(header: IcmpHeader): number | undefined {
  if (header.version === 6) return header.type === PACKET_TOO_BIG_V6 ? header.rest : undefined;
  if (header.type !== UNREACHABLE || header.code !== FRAGMENTATION_NEEDED) return undefined;
  const mtu = header.rest & 0xffff;
  return mtu === 0 ? undefined : mtu;
}

/** IANA icmp-parameters, taken 2026-01; key is type times 256 plus code. */
const v4Codes: Registry = {
  768: 'net unreachable',
  769: 'host unreachable',
  770: 'protocol unreachable',
  771: 'port unreachable',
  772: 'fragmentation needed',
  773: 'source route failed',
  774: 'net unknown',
  775: 'host unknown',
  776: 'source host isolated',
  777: 'net administratively prohibited',
  778: 'host administratively prohibited',
  779: 'net unreachable for type of service',
  780: 'host unreachable for type of service',
  781: 'administratively prohibited',
  782: 'host precedence violation',
  783: 'precedence cutoff',
  1024: 'source quench',
  1280: 'redirect for net',
  1281: 'redirect for host',
  1282: 'redirect for type of service and net',
  1283: 'redirect for type of service and host',
  2816: 'time exceeded in transit',
  2817: 'fragment reassembly time exceeded',
  3072: 'parameter problem',
  3073: 'parameter problem: required option missing',
  3074: 'parameter problem: bad length',
};

const v4Types: Registry = {
  0: 'echo reply',
  3: 'destination unreachable',
  4: 'source quench',
  5: 'redirect',
  8: 'echo request',
  9: 'router advertisement',
  10: 'router solicitation',
  11: 'time exceeded',
  12: 'parameter problem',
  13: 'timestamp request',
  14: 'timestamp reply',
  40: 'security failure',
};

/** IANA icmpv6-parameters, taken 2026-01; key is type times 256 plus code. */
const v6Codes: Registry = {
  256: 'no route to destination',
  257: 'administratively prohibited',
  258: 'beyond scope of source address',
  259: 'address unreachable',
  260: 'port unreachable',
  261: 'source address failed policy',
  262: 'reject route to destination',
  263: 'source routing error',
  512: 'packet too big',
  768: 'hop limit exceeded in transit',
  769: 'fragment reassembly time exceeded',
  1024: 'parameter problem: erroneous header field',
  1025: 'parameter problem: unrecognized next header',
  1026: 'parameter problem: unrecognized IPv6 option',
};

const v6Types: Registry = {
  1: 'destination unreachable',
  2: 'packet too big',
  3: 'time exceeded',
  4: 'parameter problem',
  128: 'echo request',
  129: 'echo reply',
  130: 'multicast listener query',
  131: 'multicast listener report',
  132: 'multicast listener done',
  133: 'router solicitation',
  134: 'router advertisement',
  135: 'neighbor solicitation',
  136: 'neighbor advertisement',
  137: 'redirect',
  143: 'multicast listener report v2',
};

/** What the message says, in words: `port unreachable`, `fragmentation needed`, `echo request`. */
export function describeIcmp(header: IcmpHeader): string {
  const [codes, types] = header.version === 4 ? [v4Codes, v4Types] : [v6Codes, v6Types];
  const exact = codes[header.type * 256 + header.code];
  if (exact !== undefined) return exact;
  const type = nameOf(types, header.type);
  return header.code === 0 ? type : `${type}, code ${header.code}`;
}
