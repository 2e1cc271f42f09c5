/**
 * - `strong`: the implementation requirements ask for it, or it is newer than they are and as good
 * - `acceptable`: no reason to change in a hurry, and not the first choice
 * - `obsolete`: to be replaced, and no reason why the tunnel should fail
 * - `broken`: read by anybody who tries
 */
export type GradeWord = 'strong' | 'acceptable' | 'obsolete' | 'broken';

/** A release that does not offer an algorithm by default any more, or does not know it: what a newer peer will refuse. */
export interface Dropped {
  readonly product: 'libreswan' | 'strongswan';
  readonly version: string;
  readonly what: string;
}

/** What the implementation requirements of IKE and ESP say of an algorithm (RFC 8221, RFC 8247, RFC 9395), and who followed. */
export interface Grade {
  /** For people. */
  readonly name: string;
  readonly grade: GradeWord;
  /** With its source. */
  readonly why: string;
  readonly dropped: readonly Dropped[];
}

/** An algorithm that they advise against. */
export type Weakness = Grade & { readonly grade: 'obsolete' | 'broken' };

/** Transform types of IKEv2 whose algorithms are graded. */
export type GradedType = 'ENCR' | 'PRF' | 'INTEG' | 'KE';

/** The grade of an algorithm by its IKEv2 number; undefined when nobody has judged it. */
export function gradeOf(type: GradedType, id: number): Grade | undefined {
  return GRADES[type][id];
}

/** The grade where it is a bad one. */
export function weaknessOf(type: GradedType, id: number): Weakness | undefined {
  const grade = gradeOf(type, id);
  return grade !== undefined && isWeak(grade) ? grade : undefined;
}

/** Where IKEv1 names algorithms: attributes of phase 1, the transform of ESP, and the attribute "Authentication Algorithm" of phase 2. */
export type Ikev1Attribute = 'ENCR' | 'HASH' | 'GROUP' | 'ESP' | 'INTEG';

/** The same by the numbers of IKEv1. */
export function gradeOfIkev1(attribute: Ikev1Attribute, id: number): Grade | undefined {
  const { type, ids } = IKEV1[attribute];
  const same = ids === undefined ? id : ids[id];
  return same === undefined ? undefined : gradeOf(type, same);
}

/** The grade of a number of IKEv1 where it is a bad one. */
export function weaknessOfIkev1(attribute: Ikev1Attribute, id: number): Weakness | undefined {
  const found = gradeOfIkev1(attribute, id);
  return found !== undefined && isWeak(found) ? found : undefined;
}

const isWeak = (grade: Grade): grade is Weakness => grade.grade === 'obsolete' || grade.grade === 'broken';

/** IKEv2 numbers by those of IKEv1; the groups have the same in both. IANA "IPSEC" and "ISAKMP" registries, taken 2026-11. */
const IKEV1: Readonly<Record<Ikev1Attribute, { readonly type: GradedType; readonly ids?: Readonly<Record<number, number>> }>> = {
  ENCR: { type: 'ENCR', ids: { 1: 2, 2: 5, 3: 7, 4: 4, 5: 3, 6: 6, 7: 12, 8: 23, 65004: 1026, 65005: 1027 } },
  HASH: { type: 'PRF', ids: { 1: 1, 2: 2, 3: 3, 4: 5, 5: 6, 6: 7 } },
  GROUP: { type: 'KE' },
  ESP: {
    type: 'ENCR',
    ids: {
      ...Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 18, 19, 20].map((id) => [id, id])),
      22: 23,
      23: 21,
      252: 1026,
      253: 1027,
    },
  },
  INTEG: { type: 'INTEG', ids: { 1: 1, 2: 2, 3: 3, 4: 4, 5: 12, 6: 13, 7: 14, 9: 5, 11: 9, 12: 10, 13: 11 } },
};

const grade = (name: string, word: GradeWord, why: string, ...dropped: readonly Dropped[]): Grade => ({ name, grade: word, why, dropped });
const libreswan = (version: string, what: string): Dropped => ({ product: 'libreswan', version, what });
const strongswanDefault: Dropped = { product: 'strongswan', version: '5.6.1', what: 'no longer in the default proposals' };

const DES_WHY = '56-bit keys, broken by search in hours (RFC 8221 §5, RFC 8247 §2.1: MUST NOT)';
const MD5_WHY = 'broken as a hash (RFC 8221 §6, RFC 8247 §2.2, §2.3: MUST NOT)';
const SHA1_WHY = 'good as an HMAC, and to be replaced some day (RFC 8221 §6, RFC 8247 §2.2, §2.3: MUST-)';
const SHORT_TAG = 'an ICV shorter than 16 bytes, which RFC 8221 §5 does not ask for';
const THINGS = 'meant for small devices (RFC 8221 §5, §6, RFC 8247 §2: SHOULD for IoT)';
const CAMELLIA = 'as strong as AES, and asked for by nobody (RFC 8221 §5 does not name it)';
const NATIONAL = 'a national standard that few know (RFC 9227, RFC 9385)';
const RFC9395 = 'deprecated (RFC 9395 §5)';
const FINALIST = 'no number at IANA: few know it';
const subgroup = (group: number, requirement: string, ...dropped: readonly Dropped[]): Grade =>
  grade(
    `MODP with a small subgroup (group ${group})`,
    'obsolete',
    `its prime may hold a trapdoor and its subgroups leak (RFC 8247 §2.4: ${requirement})`,
    ...dropped,
  );
const modp = (bits: number, group: number, why: string): Grade => grade(`MODP ${bits} (group ${group})`, 'strong', why);

/**
 * By IKEv2 number. Releases: libreswan CHANGES (3.0 to 4.0), strongSwan NEWS (5.6.1); "not built" means that a distribution could
 * switch it on again.
 */
const GRADES: Readonly<Record<GradedType, Readonly<Record<number, Grade>>>> = {
  ENCR: {
    1: grade('DES', 'broken', DES_WHY),
    2: grade('DES', 'broken', DES_WHY, libreswan('3.0', 'not implemented'), strongswanDefault),
    3: grade('3DES', 'obsolete', '64-bit blocks collide after some gigabytes (RFC 8221 §5: SHOULD NOT)', strongswanDefault),
    4: grade('RC5', 'obsolete', `64-bit blocks; ${RFC9395}`),
    5: grade('IDEA', 'obsolete', `64-bit blocks; ${RFC9395}`),
    6: grade('CAST', 'obsolete', '64-bit blocks; deprecated by RFC 9395', libreswan('4.0', 'removed')),
    7: grade('Blowfish', 'obsolete', '64-bit blocks (RFC 8221 §5: MUST NOT)', libreswan('3.0', 'not implemented'), strongswanDefault),
    8: grade('3IDEA', 'obsolete', `never specified; ${RFC9395}`),
    9: grade('DES', 'broken', DES_WHY),
    11: grade('NULL encryption', 'obsolete', 'nothing is encrypted (right only where integrity alone is wanted)'),
    12: grade('AES-CBC', 'strong', 'RFC 8221 §5, RFC 8247 §2.1: MUST'),
    13: grade('AES-CTR', 'acceptable', 'safe with integrity beside it (RFC 3686 §7); RFC 8221 §5 does not ask for it'),
    14: grade('AES-CCM with 8 bytes of ICV', 'acceptable', THINGS),
    15: grade('AES-CCM with 12 bytes of ICV', 'acceptable', SHORT_TAG),
    16: grade('AES-CCM', 'strong', 'authenticated encryption with a whole ICV (RFC 4309, RFC 5282)'),
    18: grade('AES-GCM with 8 bytes of ICV', 'acceptable', SHORT_TAG),
    19: grade('AES-GCM with 12 bytes of ICV', 'acceptable', SHORT_TAG),
    20: grade('AES-GCM', 'strong', 'RFC 8221 §5: MUST, RFC 8247 §2.1: SHOULD'),
    21: grade('AES-GMAC without encryption', 'acceptable', 'nothing is encrypted, on purpose (RFC 4543; RFC 8221 §5)'),
    23: grade('Camellia-CBC', 'acceptable', CAMELLIA),
    24: grade('Camellia-CTR', 'acceptable', CAMELLIA),
    25: grade('Camellia-CCM with 8 bytes of ICV', 'acceptable', CAMELLIA),
    26: grade('Camellia-CCM with 12 bytes of ICV', 'acceptable', CAMELLIA),
    27: grade('Camellia-CCM', 'acceptable', CAMELLIA),
    28: grade('ChaCha20-Poly1305', 'strong', 'RFC 8221 §5, RFC 8247 §2.1: SHOULD'),
    29: grade('AES-CCM with 8 bytes of ICV, implicit IV', 'acceptable', 'for ESP on narrow links (RFC 8750)'),
    30: grade('AES-GCM, implicit IV', 'strong', 'as AES-GCM, 8 bytes shorter (RFC 8750)'),
    31: grade('ChaCha20-Poly1305, implicit IV', 'strong', 'as ChaCha20-Poly1305, 8 bytes shorter (RFC 8750)'),
    32: grade('Kuznyechik-MGM', 'acceptable', NATIONAL),
    33: grade('Magma-MGM', 'acceptable', NATIONAL),
    34: grade('Kuznyechik-MGM without encryption', 'acceptable', NATIONAL),
    35: grade('Magma-MGM without encryption', 'acceptable', NATIONAL),
    1026: grade('Serpent', 'acceptable', FINALIST, libreswan('4.0', 'removed')),
    1027: grade('Twofish', 'acceptable', FINALIST, libreswan('4.0', 'removed')),
  },
  PRF: {
    1: grade('MD5', 'obsolete', MD5_WHY, libreswan('3.20', 'no longer in the default proposals'), strongswanDefault),
    2: grade('HMAC-SHA1', 'acceptable', SHA1_WHY),
    3: grade('Tiger', 'obsolete', `never specified for IKE; ${RFC9395}`),
    4: grade('AES-XCBC', 'acceptable', THINGS),
    5: grade('HMAC-SHA2-256', 'strong', 'RFC 8247 §2.2: MUST'),
    6: grade('HMAC-SHA2-384', 'strong', 'between two that RFC 8247 §2.2 asks for'),
    7: grade('HMAC-SHA2-512', 'strong', 'RFC 8247 §2.2: SHOULD+'),
    8: grade('AES-CMAC', 'acceptable', 'RFC 8247 §2.2 does not ask for it'),
    9: grade('Streebog', 'acceptable', NATIONAL),
  },
  INTEG: {
    0: grade('no integrity', 'strong', 'right beside a cipher that makes its own ICV, and only there (RFC 8221 §6)'),
    1: grade('MD5', 'obsolete', MD5_WHY, libreswan('3.19', 'no longer in the default proposals'), strongswanDefault),
    2: grade('HMAC-SHA1', 'acceptable', SHA1_WHY, libreswan('3.28', 'no longer in the default proposals of IKEv2')),
    3: grade('DES-MAC', 'obsolete', 'never specified (RFC 8221 §6, RFC 8247 §2.3: MUST NOT)'),
    4: grade('KPDK-MD5', 'obsolete', 'never specified (RFC 8221 §6, RFC 8247 §2.3: MUST NOT)'),
    5: grade('AES-XCBC', 'acceptable', THINGS),
    6: grade('MD5', 'obsolete', MD5_WHY),
    7: grade('HMAC-SHA1, whole', 'acceptable', 'made for storage networks (RFC 4595)'),
    8: grade('AES-CMAC', 'acceptable', 'RFC 8221 §6 does not ask for it'),
    9: grade('AES-GMAC-128', 'acceptable', 'RFC 8221 §6: MAY'),
    10: grade('AES-GMAC-192', 'acceptable', 'RFC 8221 §6 does not ask for it'),
    11: grade('AES-GMAC-256', 'acceptable', 'RFC 8221 §6: MAY'),
    12: grade('HMAC-SHA2-256', 'strong', 'RFC 8221 §6, RFC 8247 §2.3: MUST'),
    13: grade('HMAC-SHA2-384', 'strong', 'between two that RFC 8221 §6 asks for'),
    14: grade('HMAC-SHA2-512', 'strong', 'RFC 8221 §6, RFC 8247 §2.3: SHOULD'),
    1027: grade(
      'HMAC-SHA2-256 cut to 96 bits',
      'acceptable',
      'the length of a draft; RFC 4868 §2.3 has 128 bits, and the two do not understand each other',
    ),
  },
  KE: {
    1: grade(
      'MODP 768 (group 1)',
      'broken',
      'within reach of precomputation (RFC 8247 §2.4: MUST NOT)',
      libreswan('3.0', 'not implemented'),
    ),
    2: grade(
      'MODP 1024 (group 2)',
      'obsolete',
      'within reach of a state (RFC 8247 §2.4: SHOULD NOT)',
      libreswan('3.30', 'not built'),
      strongswanDefault,
    ),
    5: grade('MODP 1536 (group 5)', 'obsolete', 'less than 112 bits of strength (RFC 8247 §2.4: SHOULD NOT)'),
    14: modp(2048, 14, 'RFC 8247 §2.4: MUST; 112 bits of strength'),
    15: modp(3072, 15, '128 bits of strength (RFC 3526 §8)'),
    16: modp(4096, 16, '150 bits of strength and more (RFC 3526 §8), slower than elliptic curves'),
    17: modp(6144, 17, '170 bits of strength and more (RFC 3526 §8), much slower than elliptic curves'),
    18: modp(8192, 18, '190 bits of strength and more (RFC 3526 §8), much slower than elliptic curves'),
    19: grade('ECP 256 (group 19)', 'strong', 'RFC 8247 §2.4: SHOULD'),
    20: grade('ECP 384 (group 20)', 'strong', '192 bits of strength (RFC 5903 §1)'),
    21: grade('ECP 521 (group 21)', 'strong', '256 bits of strength (RFC 5903 §1)'),
    22: subgroup(22, 'MUST NOT', libreswan('3.19', 'not built')),
    23: subgroup(23, 'SHOULD NOT', libreswan('3.26', 'not built')),
    24: subgroup(24, 'SHOULD NOT', libreswan('3.26', 'not built')),
    25: grade('ECP 192 (group 25)', 'acceptable', '96 bits of strength; RFC 8247 §2.4 does not name it'),
    26: grade('ECP 224 (group 26)', 'acceptable', '112 bits of strength; RFC 8247 §2.4 does not name it'),
    27: grade('Brainpool 224 (group 27)', 'acceptable', '112 bits of strength (RFC 6954 §2)'),
    28: grade('Brainpool 256 (group 28)', 'strong', '128 bits of strength (RFC 6954 §2)'),
    29: grade('Brainpool 384 (group 29)', 'strong', '192 bits of strength (RFC 6954 §2)'),
    30: grade('Brainpool 512 (group 30)', 'strong', '256 bits of strength (RFC 6954 §2)'),
    31: grade('Curve25519 (group 31)', 'strong', '128 bits of strength (RFC 8031 §1)'),
    32: grade('Curve448 (group 32)', 'strong', '224 bits of strength (RFC 8031 §1)'),
    33: grade('GOST R 34.10-2012, 256 bits (group 33)', 'acceptable', NATIONAL),
    34: grade('GOST R 34.10-2012, 512 bits (group 34)', 'acceptable', NATIONAL),
    35: grade('ML-KEM-512', 'strong', 'holds against quantum computers; beside another group (RFC 9370 §2)'),
    36: grade('ML-KEM-768', 'strong', 'holds against quantum computers; beside another group (RFC 9370 §2)'),
    37: grade('ML-KEM-1024', 'strong', 'holds against quantum computers; beside another group (RFC 9370 §2)'),
  },
};
