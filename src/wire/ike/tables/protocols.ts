import type { Registry } from '../../../bytes/registry.js';
import { numbersOf } from './numbers-of.js';

/** IANA "IKEv2 Security Protocol Identifiers", as of 2025-11: 4 and 5 RFC 4595, 6 RFC 9838. */
export const IKEV2_PROTOCOLS = {
  1: 'IKE',
  2: 'AH',
  3: 'ESP',
  4: 'FC_ESP_HEADER',
  5: 'FC_CT_AUTHENTICATION',
  6: 'GIKE_UPDATE',
} as const satisfies Registry;

/**
 * RFC 2407 §4.4.1 and IANA isakmp-registry as of 2025-06, under the names IKEv2 has for the same things
 * (`IKE` for PROTO_ISAKMP), so that facts read alike.
 */
export const IKEV1_PROTOCOLS = {
  1: 'IKE',
  2: 'AH',
  3: 'ESP',
  4: 'IPCOMP',
  5: 'GIGABEAM_RADIO',
} as const satisfies Registry;

/** `PROTOCOL.ESP` is 3 in both versions. */
export const PROTOCOL = numbersOf(IKEV2_PROTOCOLS);
/** `PROTOCOL_V1.IPCOMP` is 4. */
export const PROTOCOL_V1 = numbersOf(IKEV1_PROTOCOLS);

/** RFC 2408 §3.4: domains of interpretation. IANA isakmp-registry as of 2025-06. */
export const DOIS = { 0: 'ISAKMP', 1: 'IPSEC', 2: 'GDOI' } as const satisfies Registry;
/** `DOI.IPSEC` is 1. */
export const DOI = numbersOf(DOIS);

/** IP protocol numbers that selectors and identities name. IANA protocol-numbers, as of 2025-06, those met in VPNs. */
export const IP_PROTOCOLS = {
  1: 'icmp',
  2: 'igmp',
  4: 'ipip',
  6: 'tcp',
  17: 'udp',
  41: 'ipv6',
  46: 'rsvp',
  47: 'gre',
  50: 'esp',
  51: 'ah',
  58: 'ipv6-icmp',
  88: 'eigrp',
  89: 'ospf',
  103: 'pim',
  112: 'vrrp',
  115: 'l2tp',
  132: 'sctp',
  135: 'mobility-header',
  136: 'udplite',
} as const satisfies Registry;
