import type { Registry } from '../../../bytes/registry.js';
import { numbersOf } from './numbers-of.js';
import { KEY_EXCHANGE_METHODS } from './transforms.js';

/** Phase 1 attribute classes, RFC 2409 Appendix A. IANA ipsec-registry, as of 2025-06. */
export const PHASE1_ATTRIBUTES = {
  1: 'ENCRYPTION_ALGORITHM',
  2: 'HASH_ALGORITHM',
  3: 'AUTHENTICATION_METHOD',
  4: 'GROUP_DESCRIPTION',
  5: 'GROUP_TYPE',
  6: 'GROUP_PRIME',
  7: 'GROUP_GENERATOR_ONE',
  8: 'GROUP_GENERATOR_TWO',
  9: 'GROUP_CURVE_A',
  10: 'GROUP_CURVE_B',
  11: 'LIFE_TYPE',
  12: 'LIFE_DURATION',
  13: 'PRF',
  14: 'KEY_LENGTH',
  15: 'FIELD_SIZE',
  16: 'GROUP_ORDER',
} as const satisfies Registry;
/** `PHASE1.LIFE_DURATION` is 12. */
export const PHASE1 = numbersOf(PHASE1_ATTRIBUTES);

/** Phase 1 encryption, RFC 2409 Appendix A, 7 RFC 3602, 8 RFC 4312; 65004 and above FreeS/WAN's private ones. As of 2025-06. */
export const PHASE1_ENCRYPTION = {
  1: 'DES_CBC',
  2: 'IDEA_CBC',
  3: 'BLOWFISH_CBC',
  4: 'RC5_R16_B64_CBC',
  5: '3DES_CBC',
  6: 'CAST_CBC',
  7: 'AES_CBC',
  8: 'CAMELLIA_CBC',
  65001: 'MARS_CBC',
  65002: 'RC6_CBC',
  65004: 'SERPENT_CBC',
  65005: 'TWOFISH_CBC',
} as const satisfies Registry;

/** Phase 1 hashes, RFC 2409 Appendix A, 4-6 of RFC 4868. As of 2025-06. */
export const PHASE1_HASH = {
  1: 'MD5',
  2: 'SHA',
  3: 'TIGER',
  4: 'SHA2_256',
  5: 'SHA2_384',
  6: 'SHA2_512',
} as const satisfies Registry;

/**
 * Phase 1 authentication methods, RFC 2409 Appendix A, 9-11 RFC 4754; hybrid of draft-ietf-ipsec-isakmp-hybrid-auth-05,
 * XAUTH of draft-beaulieu-ike-xauth-02 §7. As of 2025-06.
 */
export const PHASE1_AUTHENTICATION = {
  1: 'PSK',
  2: 'DSS_SIG',
  3: 'RSA_SIG',
  4: 'RSA_ENC',
  5: 'RSA_REV_ENC',
  6: 'ELGAMAL_ENC',
  7: 'ELGAMAL_REV_ENC',
  8: 'ECDSA_SIG',
  9: 'ECDSA_SHA2_256_P256',
  10: 'ECDSA_SHA2_384_P384',
  11: 'ECDSA_SHA2_512_P521',
  64221: 'HYBRID_INIT_RSA',
  64222: 'HYBRID_RESP_RSA',
  64223: 'HYBRID_INIT_DSS',
  64224: 'HYBRID_RESP_DSS',
  65001: 'XAUTH_INIT_PSK',
  65002: 'XAUTH_RESP_PSK',
  65003: 'XAUTH_INIT_DSS',
  65004: 'XAUTH_RESP_DSS',
  65005: 'XAUTH_INIT_RSA',
  65006: 'XAUTH_RESP_RSA',
  65007: 'XAUTH_INIT_RSA_ENC',
  65008: 'XAUTH_RESP_RSA_ENC',
  65009: 'XAUTH_INIT_RSA_REV_ENC',
  65010: 'XAUTH_RESP_RSA_REV_ENC',
} as const satisfies Registry;

/** Group types, RFC 2409 Appendix A. */
export const GROUP_TYPES = { 1: 'MODP', 2: 'ECP', 3: 'EC2N' } as const satisfies Registry;

/** Life types of both phases, RFC 2409 Appendix A, RFC 2407 §4.5. */
export const LIFE_TYPES = { 1: 'seconds', 2: 'kilobytes' } as const satisfies Registry;
/** `LIFE_TYPE.seconds` is 1. */
export const LIFE_TYPE = numbersOf(LIFE_TYPES);

/** IPsec SA attributes of phase 2, RFC 2407 §4.5. IANA isakmp-registry, as of 2025-06: 10 RFC 3168, 11 RFC 4304, 12-13 RFC 4359, 14-15 RFC 6407. */
export const PHASE2_ATTRIBUTES = {
  1: 'SA_LIFE_TYPE',
  2: 'SA_LIFE_DURATION',
  3: 'GROUP_DESCRIPTION',
  4: 'ENCAPSULATION_MODE',
  5: 'AUTHENTICATION_ALGORITHM',
  6: 'KEY_LENGTH',
  7: 'KEY_ROUNDS',
  8: 'COMPRESS_DICTIONARY_SIZE',
  9: 'COMPRESS_PRIVATE_ALGORITHM',
  10: 'ECN_TUNNEL',
  11: 'EXTENDED_SEQUENCE_NUMBER',
  12: 'AUTHENTICATION_KEY_LENGTH',
  13: 'SIGNATURE_ENCODING_ALGORITHM',
  14: 'ADDRESS_PRESERVATION',
  15: 'SA_DIRECTION',
} as const satisfies Registry;
/** `PHASE2.KEY_LENGTH` is 6. */
export const PHASE2 = numbersOf(PHASE2_ATTRIBUTES);

/** Encapsulation modes, RFC 2407 §4.5, 3-4 RFC 3947 §5.1; 61440 Check Point, 61443 and 61444 the NAT-T drafts. */
export const ENCAPSULATION_MODES = {
  1: 'TUNNEL',
  2: 'TRANSPORT',
  3: 'UDP_TUNNEL',
  4: 'UDP_TRANSPORT',
  61440: 'CHKPT_UDP_TUNNEL',
  61443: 'UDP_TUNNEL_DRAFT',
  61444: 'UDP_TRANSPORT_DRAFT',
} as const satisfies Registry;

/** Authentication algorithms of ESP and AH in phase 2, RFC 2407 §4.5. IANA as of 2025-06. */
export const PHASE2_AUTHENTICATION = {
  1: 'HMAC_MD5',
  2: 'HMAC_SHA',
  3: 'DES_MAC',
  4: 'KPDK',
  5: 'HMAC_SHA2_256',
  6: 'HMAC_SHA2_384',
  7: 'HMAC_SHA2_512',
  8: 'HMAC_RIPEMD',
  9: 'AES_XCBC_MAC',
  10: 'SIG_RSA',
  11: 'AES_128_GMAC',
  12: 'AES_192_GMAC',
  13: 'AES_256_GMAC',
} as const satisfies Registry;

/** Phase 1 transform ids, RFC 2407 §4.4.2. */
export const ISAKMP_TRANSFORMS = { 1: 'KEY_IKE' } as const satisfies Registry;
/** `ISAKMP_TRANSFORM.KEY_IKE` is 1. */
export const ISAKMP_TRANSFORM = numbersOf(ISAKMP_TRANSFORMS);

/** AH transform ids, RFC 2407 §4.4.3. IANA as of 2025-06. */
export const AH_TRANSFORMS = {
  2: 'AH_MD5',
  3: 'AH_SHA',
  4: 'AH_DES',
  5: 'AH_SHA2_256',
  6: 'AH_SHA2_384',
  7: 'AH_SHA2_512',
  8: 'AH_RIPEMD',
  9: 'AH_AES_XCBC_MAC',
  10: 'AH_RSA',
  11: 'AH_AES_128_GMAC',
  12: 'AH_AES_192_GMAC',
  13: 'AH_AES_256_GMAC',
} as const satisfies Registry;

/** ESP transform ids, RFC 2407 §4.4.4. IANA as of 2025-06; 249-253 FreeS/WAN's private ones. */
export const ESP_TRANSFORMS = {
  1: 'DES_IV64',
  2: 'DES',
  3: '3DES',
  4: 'RC5',
  5: 'IDEA',
  6: 'CAST',
  7: 'BLOWFISH',
  8: '3IDEA',
  9: 'DES_IV32',
  10: 'RC4',
  11: 'NULL',
  12: 'AES_CBC',
  13: 'AES_CTR',
  14: 'AES_CCM_8',
  15: 'AES_CCM_12',
  16: 'AES_CCM_16',
  18: 'AES_GCM_8',
  19: 'AES_GCM_12',
  20: 'AES_GCM_16',
  21: 'SEED_CBC',
  22: 'CAMELLIA_CBC',
  23: 'NULL_AUTH_AES_GMAC',
  249: 'MARS',
  250: 'RC6',
  252: 'SERPENT',
  253: 'TWOFISH',
} as const satisfies Registry;

/** Diffie-Hellman groups have the numbers of IKEv2's transform type 4. */
export const GROUPS: Registry = KEY_EXCHANGE_METHODS;

/** Situation bits, RFC 2407 §4.2. */
export const SITUATIONS = { 1: 'SIT_IDENTITY_ONLY', 2: 'SIT_SECRECY', 4: 'SIT_INTEGRITY' } as const satisfies Registry;
/** `SITUATION.SIT_IDENTITY_ONLY` is 1. */
export const SITUATION = numbersOf(SITUATIONS);
