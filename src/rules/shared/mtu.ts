import type { Evidence, Fix } from '../../model/finding.js';
import type { SaFacts } from '../../model/sa.js';
import { otherDirection, type Peers } from './peers.js';

const IPV4_HEADER = 20;
const IPV6_HEADER = 40;
const UDP_HEADER = 8;

/** Outer header 20, ESP with AES-CBC and an ICV of 16 up to 57, UDP 8, IP and TCP inside 40: together, rounded up. */
const TCP_OVERHEAD = 140;
const IP_OVERHEAD = 80;
const LEAST_MSS = 536;
/** The smallest path in use: nothing of this size is lost for its size alone, whatever an ICMP message claims. */
const LEAST_MTU = 576;
/** Fits a path of 1500 with room to spare, and PPPoE. */
const USUAL_MTU = 1400;
const USUAL_MSS = 1360;

/** Bytes that the largest packet of an SA takes on the wire, IP header included. */
export function outerLength(sa: SaFacts): number {
  return sa.maxLength + (sa.src.includes(':') ? IPV6_HEADER : IPV4_HEADER) + (sa.encapsulation === 'udp' ? UDP_HEADER : 0);
}

/** What makes tunnel packets fit a path of that MTU. */
export function mtuFixes(mtu: number | undefined): readonly Fix[] {
  const mss = mtu === undefined ? USUAL_MSS : Math.max(mtu - TCP_OVERHEAD, LEAST_MSS);
  const inner = mtu === undefined ? USUAL_MTU : Math.max(mtu - IP_OVERHEAD, LEAST_MTU);
  return [
    {
      end: 'either',
      text: `smaller TCP segments through the tunnel: iptables -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -m policy --pol ipsec --dir out -j TCPMSS --set-mss ${mss}; Cisco ASA: sysopt connection tcpmss ${mss}`,
    },
    { end: 'either', text: `or a smaller MTU: libreswan mtu=${inner}; for route-based tunnels ip link set dev ipsec0 mtu ${inner}` },
    { end: 'path', text: 'let ICMP "fragmentation needed" (type 3 code 4; ICMPv6 type 2) pass, and fragments of ESP' },
  ];
}

/** What makes packets of OpenVPN fit it: both options count the payload of UDP (OpenVPN manual, --mssfix, --max-packet-size). */
export function openvpnMtuFixes(mtu: number | undefined): readonly Fix[] {
  const payload = Math.max((mtu ?? USUAL_MTU) - IPV6_HEADER - UDP_HEADER, LEAST_MSS);
  return [
    { end: 'either', text: `mssfix ${payload} for data, max-packet-size ${payload} (2.6) for the control channel, at both ends` },
    { end: 'path', text: 'let ICMP "fragmentation needed" (type 3 code 4; ICMPv6 type 2) pass, and fragments' },
  ];
}

const LEAST_LARGE = 3;
const LEAST_ANSWERED = 2;

/** Two directions of a tunnel in which only the small packets are answered. */
export interface UnansweredLarge {
  readonly there: SaFacts;
  readonly back: SaFacts;
  readonly large: number;
  readonly small: number;
}

/**
 * Requests of two sizes, and answers of the small size only: an echo test whose large packets get lost. Other traffic
 * does not look like that, and its large packets say nothing without keys.
 */
export function unansweredLarge(peers: Peers): UnansweredLarge | undefined {
  for (const there of peers.sas) {
    const back = otherDirection(peers, there);
    const large = largePackets(there);
    if (back === undefined || large === undefined || large < LEAST_LARGE || outerLength(there) <= LEAST_MTU) continue;
    const small = there.packets - large;
    if (back.minLength !== there.minLength || back.maxLength !== there.minLength) continue;
    if (back.packets >= LEAST_ANSWERED && back.packets <= small) return { there, back, large, small };
  }
  return undefined;
}

/** How many packets have the largest length, when there are just two lengths: the sum of bytes tells. */
function largePackets({ packets, bytes, minLength, maxLength }: SaFacts): number | undefined {
  if (minLength === maxLength) return undefined;
  const large = (bytes - packets * minLength) / (maxLength - minLength);
  return Number.isInteger(large) && large > 0 && large < packets ? large : undefined;
}

export function largeEvidence({ there, back }: UnansweredLarge): readonly Evidence[] {
  return [
    { frame: there.lastFrame, field: 'ESP length', text: `SPI ${there.spi}: ${there.minLength} or ${there.maxLength} bytes` },
    { frame: back.lastFrame, field: 'ESP length', text: `SPI ${back.spi}, the answers: ${back.maxLength} bytes at most` },
  ];
}
