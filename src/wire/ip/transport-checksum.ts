import { internetChecksum } from './checksum.js';
import { PROTOCOL_ICMP } from './protocols.js';

/**
 * The checksum of TCP, UDP, ICMP or ICMPv6: over the pseudo-header of RFC 9293 §3.1 or RFC 8200 §8.1 and the message itself; ICMP
 * of IPv4 has no pseudo-header (RFC 792). 0 over a message that carries its own right checksum.
 * @param src `dst` 4 or 16 bytes each
 * @param message from the first byte of its header
 */
export function transportChecksum(src: Uint8Array, dst: Uint8Array, protocol: number, message: Uint8Array): number {
  if (protocol === PROTOCOL_ICMP) return internetChecksum(message);
  // The two pseudo-headers order their fields differently, and a sum does not care.
  const rest = Uint8Array.of(message.length >>> 24, message.length >>> 16, message.length >>> 8, message.length, 0, 0, 0, protocol);
  return internetChecksum(src, dst, rest, message);
}
