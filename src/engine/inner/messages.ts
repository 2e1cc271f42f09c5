import { ByteWriter } from '../../bytes/writer.js';
import { noBytes } from '../../crypto/cipher.js';
import { encodeIcmp } from '../../wire/icmp.js';
import { parseAddressBytes } from '../../wire/ip/address.js';
import { encodeIpPacket, type IpPacket } from '../../wire/ip/ip-packet.js';
import { PROTOCOL_ICMP, PROTOCOL_ICMPV6, PROTOCOL_TCP, PROTOCOL_UDP } from '../../wire/ip/protocols.js';
import { transportChecksum } from '../../wire/ip/transport-checksum.js';
import { encodeTcp, TCP_HEADER_LENGTH, type TcpHeader } from '../../wire/tcp.js';
import { encodeUdp, UDP_HEADER_LENGTH } from '../../wire/udp.js';

/** How a message travels: both addresses as text and of one version, and what else the IP header may say. */
export type Route = Omit<IpPacket, 'protocol' | 'payload' | 'fragmentOffset' | 'moreFragments'>;

/** Bytes of an ICMP header. */
export const ICMP_HEADER_LENGTH = 8;

export function isIpv6(route: Pick<Route, 'src'>): boolean {
  return route.src.includes(':');
}

/** Bytes of an IP header without options. */
export function ipHeaderLength(route: Pick<Route, 'src'>): number {
  return isIpv6(route) ? 40 : 20;
}

/** An ICMP or ICMPv6 message in an IP packet, by the version of the route. `rest`: the four bytes behind the checksum. */
export function icmpPacket(route: Route, type: number, code: number, rest: number, body: Uint8Array): Uint8Array {
  const version = isIpv6(route) ? 6 : 4;
  const writer = new ByteWriter(ICMP_HEADER_LENGTH + body.length);
  encodeIcmp({ kind: 'icmp', version, type, code, checksum: 0, rest }, writer);
  return finish(route, version === 6 ? PROTOCOL_ICMPV6 : PROTOCOL_ICMP, writer.bytes(body), 2);
}

export function udpPacket(route: Route, srcPort: number, dstPort: number, data: Uint8Array): Uint8Array {
  const length = UDP_HEADER_LENGTH + data.length;
  const writer = new ByteWriter(length);
  encodeUdp({ kind: 'udp', srcPort, dstPort, length, checksum: 0 }, writer);
  return finish(route, PROTOCOL_UDP, writer.bytes(data), 6);
}

/** `checksum` of the header is made here. */
export function tcpPacket(route: Route, header: Omit<TcpHeader, 'kind' | 'checksum' | 'urgent'>, data: Uint8Array): Uint8Array {
  const writer = new ByteWriter(TCP_HEADER_LENGTH + header.options.length + data.length);
  encodeTcp({ kind: 'tcp', checksum: 0, urgent: 0, ...header }, writer);
  return finish(route, PROTOCOL_TCP, writer.bytes(data), 16);
}

function finish(route: Route, protocol: number, message: ByteWriter, checksumAt: number): Uint8Array {
  const checksum = transportChecksum(addressOf(route.src), addressOf(route.dst), protocol, message.finish());
  // For UDP zero would mean that there is none (RFC 768).
  message.patchU16(checksumAt, checksum === 0 && protocol === PROTOCOL_UDP ? 0xffff : checksum);
  return encodeIpPacket({ ...route, protocol, payload: message.finish() });
}

/** What is no address is refused when the header is made. */
function addressOf(text: string): Uint8Array {
  return parseAddressBytes(text) ?? noBytes;
}
