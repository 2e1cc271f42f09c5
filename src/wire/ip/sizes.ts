import { TCP_HEADER_LENGTH } from '../tcp.js';
import { UDP_HEADER_LENGTH } from '../udp.js';
import { IPV4_HEADER_LENGTH } from './ipv4.js';
import { IPV6_HEADER_LENGTH } from './ipv6.js';

/** Bytes of the largest packet on most links: Ethernet. */
export const USUAL_MTU = 1500;
/** Bytes of a packet that every link takes whole, by version of IP (RFC 791 §3.2, RFC 8200 §5). */
export const LEAST_MTU = { 4: 68, 6: 1280 } as const;

/** Bytes in front of what UDP carries to this address, without options. */
export function udpIpHeaders(address: string): number {
  return ipHeader(address) + UDP_HEADER_LENGTH;
}

/** Bytes in front of what TCP carries to this address, without options. */
export function tcpIpHeaders(address: string): number {
  return ipHeader(address) + TCP_HEADER_LENGTH;
}

function ipHeader(address: string): number {
  return address.includes(':') ? IPV6_HEADER_LENGTH : IPV4_HEADER_LENGTH;
}
