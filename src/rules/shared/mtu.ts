import type { Fix } from '../../model/finding.js';
import type { SaFacts } from '../../model/sa.js';

const IPV4_HEADER = 20;
const IPV6_HEADER = 40;
const UDP_HEADER = 8;

/** Outer header 20, ESP with AES-CBC and an ICV of 16 up to 57, UDP 8, IP and TCP inside 40: together, rounded up. */
const TCP_OVERHEAD = 140;
const IP_OVERHEAD = 80;
const LEAST_MSS = 536;
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
  const inner = mtu === undefined ? USUAL_MTU : mtu - IP_OVERHEAD;
  return [
    {
      end: 'either',
      text: `smaller TCP segments through the tunnel: iptables -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -m policy --pol ipsec --dir out -j TCPMSS --set-mss ${mss}; Cisco ASA: sysopt connection tcpmss ${mss}`,
    },
    { end: 'either', text: `or a smaller MTU: libreswan mtu=${inner}; for route-based tunnels ip link set dev ipsec0 mtu ${inner}` },
    { end: 'path', text: 'let ICMP "fragmentation needed" (type 3 code 4; ICMPv6 type 2) pass, and fragments of ESP' },
  ];
}
