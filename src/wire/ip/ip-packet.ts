import { ByteWriter } from '../../bytes/writer.js';
import { internetChecksum } from './checksum.js';
import { encodeIpv4, IPV4_HEADER_LENGTH } from './ipv4.js';
import { encodeIpv6, IPV6_HEADER_LENGTH } from './ipv6.js';

/** An IP packet to be made, without options or extension headers. */
export interface IpPacket {
  /** Text; both of the same version, which becomes that of the packet. */
  readonly src: string;
  readonly dst: string;
  /** IP protocol, or next header, of `payload`. */
  readonly protocol: number;
  readonly payload: Uint8Array;
  /** Time to live or hop limit; 64. */
  readonly ttl?: number;
  /** DSCP and ECN, or traffic class. */
  readonly tos?: number;
  /** Of IPv4 alone: IPv6 routers never fragment, and fragments have a header of their own. */
  readonly identification?: number;
  readonly dontFragment?: boolean;
  readonly moreFragments?: boolean;
  /** Bytes. */
  readonly fragmentOffset?: number;
}

const DEFAULT_TTL = 64;
const noOptions = new Uint8Array(0);

/** Header, its checksum where there is one, and payload. Throws `UsageError` when an address is none, or not of the version of `src`. */
export function encodeIpPacket(packet: IpPacket): Uint8Array {
  const { src, dst, protocol, payload, ttl = DEFAULT_TTL, tos = 0 } = packet;
  if (src.includes(':')) {
    const writer = new ByteWriter(IPV6_HEADER_LENGTH + payload.length);
    const header = { trafficClass: tos, flowLabel: 0, payloadLength: payload.length, nextHeader: protocol, hopLimit: ttl, src, dst };
    encodeIpv6({ kind: 'ipv6', ...header }, writer);
    return writer.bytes(payload).finish();
  }
  const writer = new ByteWriter(IPV4_HEADER_LENGTH + payload.length);
  encodeIpv4(
    {
      kind: 'ipv4',
      tos,
      totalLength: IPV4_HEADER_LENGTH + payload.length,
      identification: packet.identification ?? 0,
      dontFragment: packet.dontFragment ?? false,
      moreFragments: packet.moreFragments ?? false,
      fragmentOffset: packet.fragmentOffset ?? 0,
      ttl,
      protocol,
      checksum: 0,
      src,
      dst,
      options: noOptions,
    },
    writer,
  );
  const bytes = writer.bytes(payload).finish();
  new DataView(bytes.buffer).setUint16(10, internetChecksum(bytes.subarray(0, IPV4_HEADER_LENGTH)));
  return bytes;
}
