import type { Registry } from '../../bytes/registry.js';

/** EtherTypes that the decoder follows. */
export const ETHERTYPE_IPV4 = 0x0800;
export const ETHERTYPE_ARP = 0x0806;
export const ETHERTYPE_IPV6 = 0x86dd;
export const ETHERTYPE_VLAN = 0x8100;
export const ETHERTYPE_QINQ = 0x88a8;
/** QinQ of switches that predate 802.1ad. */
export const ETHERTYPE_QINQ_OLD = 0x9100;
export const ETHERTYPE_MPLS = 0x8847;
/** From a label that the receiver chose (RFC 5332 §3). */
export const ETHERTYPE_MPLS_UPSTREAM = 0x8848;
export const ETHERTYPE_PPPOE_SESSION = 0x8864;
/** Transparent Ethernet bridging, inside GRE. */
export const ETHERTYPE_BRIDGED = 0x6558;
/** PPP, inside GRE (PPTP). */
export const ETHERTYPE_PPP = 0x880b;
/** Up to here the field of an Ethernet frame is a length and LLC follows (IEEE 802.3 §3.2.6). */
export const ETHERTYPE_MAX_LENGTH = 1500;

/** IANA ieee-802-numbers, taken 2026-01: those that occur beside VPN traffic. */
export const etherTypes: Registry = {
  [ETHERTYPE_IPV4]: 'IPv4',
  [ETHERTYPE_ARP]: 'ARP',
  [ETHERTYPE_BRIDGED]: 'Transparent Ethernet Bridging',
  32821: 'RARP',
  [ETHERTYPE_VLAN]: 'VLAN',
  [ETHERTYPE_IPV6]: 'IPv6',
  34824: 'Ethernet flow control',
  [ETHERTYPE_PPP]: 'PPP',
  [ETHERTYPE_MPLS]: 'MPLS',
  [ETHERTYPE_MPLS_UPSTREAM]: 'MPLS with upstream label',
  34915: 'PPPoE Discovery',
  [ETHERTYPE_PPPOE_SESSION]: 'PPPoE Session',
  34958: 'EAPOL',
  [ETHERTYPE_QINQ]: 'QinQ',
  35006: 'ERSPAN',
  35020: 'LLDP',
  35045: 'MACsec',
  [ETHERTYPE_QINQ_OLD]: 'QinQ (0x9100)',
};
