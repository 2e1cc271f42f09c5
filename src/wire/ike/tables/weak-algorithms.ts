/** An algorithm that the implementation requirements of IKE and ESP advise against. */
export interface Weakness {
  readonly name: string;
  /** `broken`: read by anybody who tries. `obsolete`: to be replaced, and no reason why the tunnel should fail. */
  readonly grade: 'broken' | 'obsolete';
  readonly why: string;
}

type Weaknesses = Readonly<Record<number, Weakness>>;

const des: Weakness = {
  name: 'DES',
  grade: 'broken',
  why: '56-bit keys, broken by search in hours (RFC 8221 §5, RFC 8247 §2.1: MUST NOT)',
};
const tripleDes: Weakness = {
  name: '3DES',
  grade: 'obsolete',
  why: '64-bit blocks collide after some gigabytes (RFC 8221 §5: SHOULD NOT)',
};
const blowfish: Weakness = { name: 'Blowfish', grade: 'obsolete', why: '64-bit blocks (RFC 8221 §5: MUST NOT)' };
const cast: Weakness = { name: 'CAST', grade: 'obsolete', why: '64-bit blocks; deprecated by RFC 9395' };
const md5: Weakness = { name: 'MD5', grade: 'obsolete', why: 'broken as a hash (RFC 8221 §6, RFC 8247 §2.2, §2.3: MUST NOT)' };
const nullCipher: Weakness = {
  name: 'NULL encryption',
  grade: 'obsolete',
  why: 'nothing is encrypted (right only where integrity alone is wanted)',
};
const modp768: Weakness = {
  name: 'MODP 768 (group 1)',
  grade: 'broken',
  why: 'within reach of precomputation (RFC 8247 §2.4: MUST NOT)',
};
const modp1024: Weakness = { name: 'MODP 1024 (group 2)', grade: 'obsolete', why: 'within reach of a state (RFC 8247 §2.4: SHOULD NOT)' };
const modp1536: Weakness = {
  name: 'MODP 1536 (group 5)',
  grade: 'obsolete',
  why: 'less than 112 bits of strength (RFC 8247 §2.4: SHOULD NOT)',
};
const subgroup = (group: number, requirement: string): Weakness => ({
  name: `MODP with a small subgroup (group ${group})`,
  grade: 'obsolete',
  why: `its prime may hold a trapdoor and its subgroups leak (RFC 8247 §2.4: ${requirement})`,
});

/** IKEv1 attribute 1. */
export const WEAK_V1_ENCRYPTION: Weaknesses = { 1: des, 3: blowfish, 5: tripleDes, 6: cast };
/** IKEv1 attribute 2, and "Authentication Algorithm" of phase 2. SHA1 as an HMAC is still a MUST- of RFC 8221 §6. */
export const WEAK_V1_HASH: Weaknesses = { 1: md5 };
/** IKEv2 transform type 1, and the ESP transforms of IKEv1. */
export const WEAK_V2_ENCRYPTION: Weaknesses = { 1: des, 2: des, 3: tripleDes, 6: cast, 7: blowfish, 9: des, 11: nullCipher };
/** IKEv2 transform type 2. */
export const WEAK_V2_PRF: Weaknesses = { 1: md5 };
/** IKEv2 transform type 3. */
export const WEAK_V2_INTEGRITY: Weaknesses = { 1: md5, 6: md5 };
/** Diffie-Hellman groups, the same numbers in both versions. */
export const WEAK_GROUPS: Weaknesses = {
  1: modp768,
  2: modp1024,
  5: modp1536,
  22: subgroup(22, 'MUST NOT'),
  23: subgroup(23, 'SHOULD NOT'),
  24: subgroup(24, 'SHOULD NOT'),
};
