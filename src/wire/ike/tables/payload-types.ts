import type { Registry } from '../../../bytes/registry.js';
import { numbersOf } from './numbers-of.js';

/**
 * IKEv1 payload types by the abbreviations of RFC 2408 and of their own documents.
 * IANA "Next Payload Types" of isakmp-registry, as of 2025-06; 130 and 131 are the private numbers of
 * draft-ietf-ipsec-nat-t-ike-00 to -03; -04 to -08 took 15 and 16, which IANA has for GDOI (SA KEK and TEK, RFC 3547): GDOI has
 * a port of its own and is not read here. 132 is what Cisco and Microsoft use for IKE fragments.
 */
export const IKEV1_PAYLOAD_TYPES = {
  0: 'NONE',
  1: 'SA',
  2: 'P',
  3: 'T',
  4: 'KE',
  5: 'ID',
  6: 'CERT',
  7: 'CR',
  8: 'HASH',
  9: 'SIG',
  10: 'NONCE',
  11: 'N',
  12: 'D',
  13: 'VID',
  14: 'ATTR',
  15: 'NAT-D-DRAFT-04',
  16: 'NAT-OA-DRAFT-04',
  17: 'KD',
  18: 'SEQ',
  19: 'POP',
  20: 'NAT-D',
  21: 'NAT-OA',
  22: 'GAP',
  130: 'NAT-D-DRAFT',
  131: 'NAT-OA-DRAFT',
  132: 'FRAG',
} as const satisfies Registry;

/**
 * IKEv2 payload types in the notation of RFC 7296 §3.2 (`Nonce` for both Ni and Nr).
 * IANA "IKEv2 Payload Types", as of 2025-06: 49 RFC 6467, 50-52 RFC 9838, 53 RFC 7383, 54 RFC 8019.
 */
export const IKEV2_PAYLOAD_TYPES = {
  0: 'NONE',
  33: 'SA',
  34: 'KE',
  35: 'IDi',
  36: 'IDr',
  37: 'CERT',
  38: 'CERTREQ',
  39: 'AUTH',
  40: 'Nonce',
  41: 'N',
  42: 'D',
  43: 'V',
  44: 'TSi',
  45: 'TSr',
  46: 'SK',
  47: 'CP',
  48: 'EAP',
  49: 'GSPM',
  50: 'IDg',
  51: 'GSA',
  52: 'KD',
  53: 'SKF',
  54: 'PS',
} as const satisfies Registry;

/** `V1.KE` is 4. */
export const V1 = numbersOf(IKEV1_PAYLOAD_TYPES);
/** `V2.KE` is 34. */
export const V2 = numbersOf(IKEV2_PAYLOAD_TYPES);
