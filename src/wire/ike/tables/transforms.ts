import type { Registry } from '../../../bytes/registry.js';
import { numbersOf } from './numbers-of.js';

/** IANA "Transform Type Values", as of 2025-11: 6-12 RFC 9370, 13-14 RFC 9838. Names as `TransformFacts.type`. */
export const TRANSFORM_TYPES = {
  1: 'ENCR',
  2: 'PRF',
  3: 'INTEG',
  4: 'KE',
  5: 'SN',
  6: 'ADDKE1',
  7: 'ADDKE2',
  8: 'ADDKE3',
  9: 'ADDKE4',
  10: 'ADDKE5',
  11: 'ADDKE6',
  12: 'ADDKE7',
  13: 'KWA',
  14: 'GCAUTH',
} as const satisfies Registry;

/** `TRANSFORM.ENCR` is 1. */
export const TRANSFORM = numbersOf(TRANSFORM_TYPES);

/** Transform type 1. IANA as of 2025-11; 1024 and above are private use (strongSwan's names). */
export const ENCRYPTION_ALGORITHMS = {
  1: 'DES_IV64',
  2: 'DES',
  3: '3DES',
  4: 'RC5',
  5: 'IDEA',
  6: 'CAST',
  7: 'BLOWFISH',
  8: '3IDEA',
  9: 'DES_IV32',
  11: 'NULL',
  12: 'AES_CBC',
  13: 'AES_CTR',
  14: 'AES_CCM_8',
  15: 'AES_CCM_12',
  16: 'AES_CCM_16',
  18: 'AES_GCM_8',
  19: 'AES_GCM_12',
  20: 'AES_GCM_16',
  21: 'NULL_AUTH_AES_GMAC',
  22: 'XTS_AES',
  23: 'CAMELLIA_CBC',
  24: 'CAMELLIA_CTR',
  25: 'CAMELLIA_CCM_8',
  26: 'CAMELLIA_CCM_12',
  27: 'CAMELLIA_CCM_16',
  28: 'CHACHA20_POLY1305',
  29: 'AES_CCM_8_IIV',
  30: 'AES_GCM_16_IIV',
  31: 'CHACHA20_POLY1305_IIV',
  32: 'KUZNYECHIK_MGM_KTREE',
  33: 'MAGMA_MGM_KTREE',
  34: 'KUZNYECHIK_MGM_MAC_KTREE',
  35: 'MAGMA_MGM_MAC_KTREE',
  1026: 'SERPENT_CBC',
  1027: 'TWOFISH_CBC',
} as const satisfies Registry;

/** Transform type 2. IANA as of 2025-11. */
export const PRFS = {
  1: 'PRF_HMAC_MD5',
  2: 'PRF_HMAC_SHA1',
  3: 'PRF_HMAC_TIGER',
  4: 'PRF_AES128_XCBC',
  5: 'PRF_HMAC_SHA2_256',
  6: 'PRF_HMAC_SHA2_384',
  7: 'PRF_HMAC_SHA2_512',
  8: 'PRF_AES128_CMAC',
  9: 'PRF_HMAC_STREEBOG_512',
} as const satisfies Registry;

/** Transform type 3. IANA as of 2025-11; 1027 is strongSwan's private number for the truncation to 96 bits. */
export const INTEGRITY_ALGORITHMS = {
  0: 'NONE',
  1: 'AUTH_HMAC_MD5_96',
  2: 'AUTH_HMAC_SHA1_96',
  3: 'AUTH_DES_MAC',
  4: 'AUTH_KPDK_MD5',
  5: 'AUTH_AES_XCBC_96',
  6: 'AUTH_HMAC_MD5_128',
  7: 'AUTH_HMAC_SHA1_160',
  8: 'AUTH_AES_CMAC_96',
  9: 'AUTH_AES_128_GMAC',
  10: 'AUTH_AES_192_GMAC',
  11: 'AUTH_AES_256_GMAC',
  12: 'AUTH_HMAC_SHA2_256_128',
  13: 'AUTH_HMAC_SHA2_384_192',
  14: 'AUTH_HMAC_SHA2_512_256',
  1027: 'AUTH_HMAC_SHA2_256_96',
} as const satisfies Registry;

/**
 * Transform type 4 and the additional ones, and the groups of IKEv1, which have the same numbers as far as both have them.
 * IANA as of 2025-11: 3, 4 and 6-13 are of IKEv1 only, 35-37 ML-KEM of draft-ietf-ipsecme-ikev2-mlkem.
 */
export const KEY_EXCHANGE_METHODS = {
  0: 'NONE',
  1: 'MODP_768',
  2: 'MODP_1024',
  3: 'EC2N_155',
  4: 'EC2N_185',
  5: 'MODP_1536',
  6: 'EC2N_163_RANDOM',
  7: 'EC2N_163_KOBLITZ',
  8: 'EC2N_283_RANDOM',
  9: 'EC2N_283_KOBLITZ',
  10: 'EC2N_409_RANDOM',
  11: 'EC2N_409_KOBLITZ',
  12: 'EC2N_571_RANDOM',
  13: 'EC2N_571_KOBLITZ',
  14: 'MODP_2048',
  15: 'MODP_3072',
  16: 'MODP_4096',
  17: 'MODP_6144',
  18: 'MODP_8192',
  19: 'ECP_256',
  20: 'ECP_384',
  21: 'ECP_521',
  22: 'MODP_1024_160',
  23: 'MODP_2048_224',
  24: 'MODP_2048_256',
  25: 'ECP_192',
  26: 'ECP_224',
  27: 'ECP_224_BP',
  28: 'ECP_256_BP',
  29: 'ECP_384_BP',
  30: 'ECP_512_BP',
  31: 'CURVE25519',
  32: 'CURVE448',
  33: 'GOST3410_2012_256',
  34: 'GOST3410_2012_512',
  35: 'ML_KEM_512',
  36: 'ML_KEM_768',
  37: 'ML_KEM_1024',
} as const satisfies Registry;

/**
 * Bytes of a KE payload's data by method: RFC 7296 §3.4 (MODP), RFC 5903 §7 and RFC 6954 §3 (two coordinates), RFC 8031 §3.1,
 * RFC 9385 §4. ML-KEM sends an encapsulation key and gets a ciphertext: two lengths (FIPS 203 §8).
 */
export const KEY_EXCHANGE_LENGTHS: Readonly<Record<number, readonly number[]>> = {
  1: [96],
  2: [128],
  5: [192],
  14: [256],
  15: [384],
  16: [512],
  17: [768],
  18: [1024],
  19: [64],
  20: [96],
  21: [132],
  22: [128],
  23: [256],
  24: [256],
  25: [48],
  26: [56],
  27: [56],
  28: [64],
  29: [96],
  30: [128],
  31: [32],
  32: [56],
  33: [64],
  34: [128],
  35: [800, 768],
  36: [1184, 1088],
  37: [1568, 1568],
};

/** Transform type 5, "Sequence Numbers". IANA as of 2025-11: 2 of RFC 9827. */
export const SEQUENCE_NUMBERS = {
  0: 'NO_ESN',
  1: 'ESN',
  2: '32_BIT_UNSPECIFIED',
} as const satisfies Registry;

/** Transform type 13, IANA as of 2025-11 (RFC 9838). */
export const KEY_WRAP_ALGORITHMS = { 1: 'KW_5649_128', 2: 'KW_5649_192', 3: 'KW_5649_256', 4: 'KW_ARX' } as const satisfies Registry;

/** Transform type 14, IANA as of 2025-11 (RFC 9838). */
export const GROUP_CONTROLLER_AUTHENTICATION = { 1: 'IMPLICIT', 2: 'DIGITAL_SIGNATURE' } as const satisfies Registry;

/** Names of the ids of one transform type. */
export const TRANSFORM_IDS: Readonly<Record<number, Registry>> = {
  1: ENCRYPTION_ALGORITHMS,
  2: PRFS,
  3: INTEGRITY_ALGORITHMS,
  4: KEY_EXCHANGE_METHODS,
  5: SEQUENCE_NUMBERS,
  6: KEY_EXCHANGE_METHODS,
  7: KEY_EXCHANGE_METHODS,
  8: KEY_EXCHANGE_METHODS,
  9: KEY_EXCHANGE_METHODS,
  10: KEY_EXCHANGE_METHODS,
  11: KEY_EXCHANGE_METHODS,
  12: KEY_EXCHANGE_METHODS,
  13: KEY_WRAP_ALGORITHMS,
  14: GROUP_CONTROLLER_AUTHENTICATION,
};

/** IANA "IKEv2 Transform Attribute Types", as of 2025-11. The others of RFC 7296 §3.3.5 are reserved. */
export const TRANSFORM_ATTRIBUTES = { 14: 'KEY_LENGTH' } as const satisfies Registry;

/** `TRANSFORM_ATTRIBUTE.KEY_LENGTH` is 14. */
export const TRANSFORM_ATTRIBUTE = numbersOf(TRANSFORM_ATTRIBUTES);
