import { encodeIpPacket } from '../../wire/ip/ip-packet.js';
import { PROTOCOL_ICMPV6, PROTOCOL_TCP, PROTOCOL_UDP } from '../../wire/ip/protocols.js';
import { transportChecksum } from '../../wire/ip/transport-checksum.js';
import type { OuterAddresses } from './ah-transform.js';
import { type InnerFields, readInnerFields } from './inner-fields.js';

/** Offsets of the checksum within TCP, UDP and ICMPv6, whose pseudo-header holds addresses that NAT changes. */
const checksumAt: ReadonlyMap<number, number> = new Map([
  [PROTOCOL_TCP, 16],
  [PROTOCOL_UDP, 6],
  [PROTOCOL_ICMPV6, 2],
]);

/** What transport mode protects of an IP packet: all behind the fixed header. The rest is the outer header's business. */
export function upperLayer(packet: Uint8Array, fields: InnerFields): { readonly payload: Uint8Array; readonly nextHeader: number } {
  // Behind IPv6 extension headers lies what `protocol` tells; they themselves go along, so the fixed header's word holds.
  if (fields.version === 6) return { payload: packet.subarray(40, fields.length), nextHeader: packet[6] as number };
  return { payload: packet.subarray(fields.payloadAt, fields.length), nextHeader: fields.protocol };
}

/** The IP packet that a host would have got without IPsec: the payload behind a header of the addresses that we see. */
export function hostPacket(payload: Uint8Array, nextHeader: number, { local, remote }: OuterAddresses): Uint8Array {
  return encodeIpPacket({ src: remote, dst: local, protocol: nextHeader, payload });
}

/**
 * Makes the checksum of TCP, UDP and ICMPv6 anew in place where NAT on the way made it wrong (RFC 3948 §3.1.2, second way: the ICV
 * already vouches for the bytes). Returns whether it had to.
 */
export function renewChecksum(packet: Uint8Array): boolean {
  const fields = readInnerFields(packet);
  const at = checksumAt.get(fields.protocol);
  const message = packet.subarray(fields.payloadAt, fields.length);
  if (at === undefined || fields.fragment || message.length < at + 2) return false;
  const view = new DataView(message.buffer, message.byteOffset, message.length);
  // UDP over IPv4 may go without.
  if (fields.protocol === PROTOCOL_UDP && view.getUint16(at) === 0) return false;
  const { srcAt, addressLength } = fields;
  const src = packet.subarray(srcAt, srcAt + addressLength);
  const dst = packet.subarray(srcAt + addressLength, srcAt + 2 * addressLength);
  if (transportChecksum(src, dst, fields.protocol, message) === 0) return false;
  view.setUint16(at, 0);
  const checksum = transportChecksum(src, dst, fields.protocol, message);
  // Zero would mean that UDP has none (RFC 768).
  view.setUint16(at, checksum === 0 && fields.protocol === PROTOCOL_UDP ? 0xffff : checksum);
  return true;
}
