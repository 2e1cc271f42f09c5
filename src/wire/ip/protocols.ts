import type { Registry } from '../../bytes/registry.js';

/** IP protocol numbers that the decoder follows. */
export const PROTOCOL_HOP_BY_HOP = 0;
export const PROTOCOL_ICMP = 1;
export const PROTOCOL_IPV4 = 4;
export const PROTOCOL_TCP = 6;
export const PROTOCOL_UDP = 17;
export const PROTOCOL_IPV6 = 41;
export const PROTOCOL_ROUTING = 43;
export const PROTOCOL_FRAGMENT = 44;
export const PROTOCOL_GRE = 47;
export const PROTOCOL_ESP = 50;
export const PROTOCOL_AH = 51;
export const PROTOCOL_ICMPV6 = 58;
export const PROTOCOL_NO_NEXT_HEADER = 59;
export const PROTOCOL_DESTINATION_OPTIONS = 60;
export const PROTOCOL_IPCOMP = 108;
export const PROTOCOL_MOBILITY = 135;
export const PROTOCOL_HIP = 139;
export const PROTOCOL_SHIM6 = 140;

/** IANA protocol-numbers, taken 2026-01: those that occur beside or inside VPN traffic. */
export const ipProtocols: Registry = {
  [PROTOCOL_HOP_BY_HOP]: 'HOPOPT',
  [PROTOCOL_ICMP]: 'ICMP',
  2: 'IGMP',
  [PROTOCOL_IPV4]: 'IPv4',
  [PROTOCOL_TCP]: 'TCP',
  [PROTOCOL_UDP]: 'UDP',
  [PROTOCOL_IPV6]: 'IPv6',
  [PROTOCOL_ROUTING]: 'IPv6-Route',
  [PROTOCOL_FRAGMENT]: 'IPv6-Frag',
  46: 'RSVP',
  [PROTOCOL_GRE]: 'GRE',
  [PROTOCOL_ESP]: 'ESP',
  [PROTOCOL_AH]: 'AH',
  [PROTOCOL_ICMPV6]: 'ICMPv6',
  [PROTOCOL_NO_NEXT_HEADER]: 'IPv6-NoNxt',
  [PROTOCOL_DESTINATION_OPTIONS]: 'IPv6-Opts',
  88: 'EIGRP',
  89: 'OSPF',
  97: 'EtherIP',
  103: 'PIM',
  [PROTOCOL_IPCOMP]: 'IPComp',
  112: 'VRRP',
  115: 'L2TP',
  132: 'SCTP',
  [PROTOCOL_MOBILITY]: 'Mobility Header',
  136: 'UDPLite',
  137: 'MPLS-in-IP',
  [PROTOCOL_HIP]: 'HIP',
  [PROTOCOL_SHIM6]: 'Shim6',
  144: 'AGGFRAG',
};
