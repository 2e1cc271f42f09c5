import { ByteReader } from '../../bytes/reader.js';
import { ByteWriter } from '../../bytes/writer.js';
import { decodeEsp, ESP_HEADER_LENGTH } from '../../wire/esp.js';
import type { FragmentTable, WholeDatagram } from '../../wire/ip/fragment-table.js';
import { encodeIpv4, IPV4_HEADER_LENGTH, type Ipv4Header } from '../../wire/ip/ipv4.js';
import { encodeIpv6, type Ipv6Header } from '../../wire/ip/ipv6.js';
import { PROTOCOL_AH, PROTOCOL_ESP, PROTOCOL_IPCOMP, PROTOCOL_TCP, PROTOCOL_UDP } from '../../wire/ip/protocols.js';
import { UDP_HEADER_LENGTH } from '../../wire/udp.js';
import { IKE_PORT, NATT_PORT } from '../../wire/udp-encap.js';
import type { FragmentLayer } from '../packet.js';
import type { Walk } from './walk.js';

/** IP datagrams cannot be longer (RFC 791 §3.1). */
const MAX_DATAGRAM = 65535;

/** What both versions of IP say of a fragment. */
export type Fragment = Pick<FragmentLayer, 'protocol' | 'identification' | 'offset' | 'moreFragments'>;

/**
 * Puts a fragment to its likes and its layer into the walk.
 * @param length of its payload on the wire
 * @returns the datagram when this was the last one missing
 * @throws DecodeError when it lies outside every possible datagram
 */
export function addFragment(
  walk: Walk,
  table: FragmentTable,
  fragment: Fragment,
  payload: ByteReader,
  length: number,
): WholeDatagram | undefined {
  const at = payload.offset;
  if (fragment.offset + length > MAX_DATAGRAM) {
    throw payload.fail('fragment offset', `${fragment.offset} with ${length} bytes reaches beyond ${MAX_DATAGRAM}`);
  }
  const bytes = payload.rest();
  const first = fragment.offset === 0 ? peekFirst(fragment.protocol, bytes) : {};
  const { src, dst, depth, frame } = walk;
  const time = walk.sec + walk.nsec / 1e9;
  const { whole, overlap } = table.add({ ...fragment, ...first, src, dst, depth, frame, length, bytes, time });
  walk.push({
    kind: 'fragment',
    ...fragment,
    ...first,
    length,
    ...(whole !== undefined && { completes: { fragments: whole.fragments, firstFrame: whole.firstFrame } }),
    ...(overlap !== undefined && { overlap }),
  });
  if (whole === undefined && isOurs(fragment.protocol, first)) walk.addFragment(fragment, first, bytes, length);
  if (overlap === 'different') walk.note('fragment', at, `fragment at offset ${fragment.offset} overlaps earlier ones with other bytes`);
  return whole;
}

/** IPsec, or the beginning of what goes to or from a port of IKE. */
function isOurs(protocol: number, { srcPort, dstPort }: Pick<FragmentLayer, 'srcPort' | 'dstPort'>): boolean {
  if (protocol === PROTOCOL_ESP || protocol === PROTOCOL_AH || protocol === PROTOCOL_IPCOMP) return true;
  return [srcPort, dstPort].some((port) => port === IKE_PORT || port === NATT_PORT);
}

/** The header the datagram had before it was fragmented, as far as AH looks at it. */
export function ipv4HeaderOf(fragment: Ipv4Header, whole: WholeDatagram): Uint8Array {
  const totalLength = Math.min(IPV4_HEADER_LENGTH + fragment.options.length + whole.length, MAX_DATAGRAM);
  const writer = new ByteWriter();
  encodeIpv4({ ...fragment, totalLength, moreFragments: false, fragmentOffset: 0 }, writer);
  return writer.finish();
}

/** The same for IPv6; extension headers in front of the fragment header are left out. */
export function ipv6HeaderOf(fragment: Ipv6Header, whole: WholeDatagram): Uint8Array {
  const writer = new ByteWriter();
  encodeIpv6({ ...fragment, nextHeader: whole.protocol, payloadLength: whole.length }, writer);
  return writer.finish();
}

/** Ports at the beginning of UDP and TCP, and what tcpdump prints of ESP when it sees a first fragment. */
function peekFirst(protocol: number, bytes: Uint8Array): Pick<FragmentLayer, 'srcPort' | 'dstPort' | 'esp'> {
  const reader = new ByteReader(bytes);
  if (protocol === PROTOCOL_ESP) return bytes.length < ESP_HEADER_LENGTH ? {} : { esp: decodeEsp(reader) };
  if ((protocol !== PROTOCOL_UDP && protocol !== PROTOCOL_TCP) || bytes.length < UDP_HEADER_LENGTH) return {};
  const srcPort = reader.u16('source port');
  const dstPort = reader.u16('destination port');
  if (protocol === PROTOCOL_TCP || (srcPort !== NATT_PORT && dstPort !== NATT_PORT)) return { srcPort, dstPort };
  reader.skip(UDP_HEADER_LENGTH - 4, 'UDP length and checksum');
  if (reader.remaining < ESP_HEADER_LENGTH) return { srcPort, dstPort };
  const esp = decodeEsp(reader);
  // SPI 0 is the non-ESP marker.
  return esp.spi === 0 ? { srcPort, dstPort } : { srcPort, dstPort, esp };
}
