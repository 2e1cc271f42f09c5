/**
 * What configurations call an algorithm, by its IANA number. `%` stands for the key length in bits.
 * Sources: libreswan ipsec.conf(5) "ike", "esp"; strongSwan docs "Algorithm Proposals (Cipher Suites)";
 * Cisco ASA command reference, "crypto ikev1 policy", "crypto ikev2 policy", "crypto ipsec … ipsec-proposal".
 */
export interface Token {
  readonly libreswan: string;
  readonly strongswan: string;
  /** Absent where an ASA has no such algorithm. */
  readonly asa?: string;
  /** In `crypto ikev2 policy`, where it differs. */
  readonly asaV2?: string;
  /** In `protocol esp integrity`, where it differs. */
  readonly asaEsp?: string;
}

type Words = Readonly<Record<number, Token>>;

const des: Token = { libreswan: 'des', strongswan: 'des', asa: 'des' };
const tripleDes: Token = { libreswan: '3des', strongswan: '3des', asa: '3des' };
const aes: Token = { libreswan: 'aes%', strongswan: 'aes%', asa: 'aes-%' };
const camellia: Token = { libreswan: 'camellia%', strongswan: 'camellia%' };
const md5: Token = { libreswan: 'md5', strongswan: 'md5', asa: 'md5', asaV2: 'md5', asaEsp: 'md5' };
const sha1: Token = { libreswan: 'sha1', strongswan: 'sha1', asa: 'sha', asaV2: 'sha', asaEsp: 'sha-1' };
const sha256: Token = { libreswan: 'sha2_256', strongswan: 'sha256', asaV2: 'sha256', asaEsp: 'sha-256' };
const sha384: Token = { libreswan: 'sha2_384', strongswan: 'sha384', asaV2: 'sha384', asaEsp: 'sha-384' };
const sha512: Token = { libreswan: 'sha2_512', strongswan: 'sha512', asaV2: 'sha512', asaEsp: 'sha-512' };

/** IKEv1 attribute 1 (RFC 2409 appendix A, RFC 3602). */
export const V1_ENCRYPTION: Words = { 1: des, 5: tripleDes, 7: aes, 8: camellia };

/** IKEv2 transform type 1. */
export const V2_ENCRYPTION: Words = {
  2: des,
  3: tripleDes,
  12: aes,
  13: { libreswan: 'aes_ctr%', strongswan: 'aes%ctr' },
  18: { libreswan: 'aes_gcm_8_%', strongswan: 'aes%gcm8' },
  19: { libreswan: 'aes_gcm_12_%', strongswan: 'aes%gcm12' },
  20: { libreswan: 'aes_gcm%', strongswan: 'aes%gcm16', asa: 'aes-gcm-%' },
  23: camellia,
  28: { libreswan: 'chacha20_poly1305', strongswan: 'chacha20poly1305' },
};

/** Phase 2: the ESP transform identifiers of IKEv1 (RFC 2407 §4.4.4) have the numbers of IKEv2 where both know a cipher. */
export const ESP_ENCRYPTION: Words = {
  ...V2_ENCRYPTION,
  11: { libreswan: 'null', strongswan: 'null', asa: 'null' },
};

/** IKEv1 attribute 2. */
export const V1_HASH: Words = { 1: md5, 2: sha1, 4: sha256, 5: sha384, 6: sha512 };

/** IKEv1 attribute 3. */
export const V1_AUTH: Words = {
  1: { libreswan: 'secret', strongswan: 'psk', asa: 'pre-share' },
  3: { libreswan: 'rsasig', strongswan: 'pubkey', asa: 'rsa-sig' },
};

/** "Authentication Algorithm" of IKEv1's phase 2 (RFC 2407 §4.5, RFC 4868). */
export const ESP_AUTH: Words = { 1: md5, 2: sha1, 5: sha256, 6: sha384, 7: sha512 };

/** IKEv2 transform type 3. */
export const V2_INTEGRITY: Words = { 1: md5, 2: sha1, 12: sha256, 13: sha384, 14: sha512 };

/** IKEv2 transform type 2. */
export const V2_PRF: Words = { 1: md5, 2: sha1, 5: sha256, 6: sha384, 7: sha512 };

/** Groups have the same numbers in both versions. */
export const V2_GROUP: Words = {
  1: { libreswan: 'modp768', strongswan: 'modp768', asa: '1' },
  2: { libreswan: 'modp1024', strongswan: 'modp1024', asa: '2' },
  5: { libreswan: 'modp1536', strongswan: 'modp1536', asa: '5' },
  14: { libreswan: 'modp2048', strongswan: 'modp2048', asa: '14' },
  15: { libreswan: 'modp3072', strongswan: 'modp3072', asa: '15' },
  16: { libreswan: 'modp4096', strongswan: 'modp4096', asa: '16' },
  17: { libreswan: 'modp6144', strongswan: 'modp6144' },
  18: { libreswan: 'modp8192', strongswan: 'modp8192' },
  19: { libreswan: 'dh19', strongswan: 'ecp256', asa: '19' },
  20: { libreswan: 'dh20', strongswan: 'ecp384', asa: '20' },
  21: { libreswan: 'dh21', strongswan: 'ecp521', asa: '21' },
  22: { libreswan: 'dh22', strongswan: 'modp1024s160' },
  23: { libreswan: 'dh23', strongswan: 'modp2048s224' },
  24: { libreswan: 'dh24', strongswan: 'modp2048s256', asa: '24' },
  31: { libreswan: 'dh31', strongswan: 'curve25519', asa: '31' },
  35: { libreswan: 'ml_kem_512', strongswan: 'mlkem512' },
  36: { libreswan: 'ml_kem_768', strongswan: 'mlkem768' },
  37: { libreswan: 'ml_kem_1024', strongswan: 'mlkem1024' },
};
