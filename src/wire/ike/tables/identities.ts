import type { Registry } from '../../../bytes/registry.js';
import { numbersOf } from './numbers-of.js';

/** IANA "IKEv2 Identification Payload ID Types", as of 2025-11: 12 RFC 4595, 13 RFC 7619. */
export const IKEV2_ID_TYPES = {
  1: 'ID_IPV4_ADDR',
  2: 'ID_FQDN',
  3: 'ID_RFC822_ADDR',
  5: 'ID_IPV6_ADDR',
  9: 'ID_DER_ASN1_DN',
  10: 'ID_DER_ASN1_GN',
  11: 'ID_KEY_ID',
  12: 'ID_FC_NAME',
  13: 'ID_NULL',
} as const satisfies Registry;

/** RFC 2407 §4.6.2.1, IANA ipsec-registry "IPSEC Identification Type" as of 2025-06: 12 RFC 3554. */
export const IKEV1_ID_TYPES = {
  1: 'ID_IPV4_ADDR',
  2: 'ID_FQDN',
  3: 'ID_USER_FQDN',
  4: 'ID_IPV4_ADDR_SUBNET',
  5: 'ID_IPV6_ADDR',
  6: 'ID_IPV6_ADDR_SUBNET',
  7: 'ID_IPV4_ADDR_RANGE',
  8: 'ID_IPV6_ADDR_RANGE',
  9: 'ID_DER_ASN1_DN',
  10: 'ID_DER_ASN1_GN',
  11: 'ID_KEY_ID',
  12: 'ID_LIST',
} as const satisfies Registry;

/** `ID_TYPE.ID_FQDN` is 2. */
export const ID_TYPE = numbersOf(IKEV2_ID_TYPES);
/** `ID_TYPE_V1.ID_IPV4_ADDR_SUBNET` is 4. */
export const ID_TYPE_V1 = numbersOf(IKEV1_ID_TYPES);

/** IANA "IKEv2 Traffic Selector Types", as of 2025-11: 9 RFC 4595, 10 RFC 9478. */
export const TS_TYPES = {
  7: 'TS_IPV4_ADDR_RANGE',
  8: 'TS_IPV6_ADDR_RANGE',
  9: 'TS_FC_ADDR_RANGE',
  10: 'TS_SECLABEL',
} as const satisfies Registry;

/** `TS_TYPE.TS_IPV4_ADDR_RANGE` is 7. */
export const TS_TYPE = numbersOf(TS_TYPES);
