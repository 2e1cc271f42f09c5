import type { Product } from '../effective/config-end.js';
import type { Cipher, Offer } from '../effective/offer.js';
import { groupWord } from '../group-words.js';
import { prfOfHash } from '../proposal-tokens.js';

/** More proposals than this come from multiplying alternatives out. */
const MAX_PROPOSALS = 12;

type Language = 'openswan' | 'libreswan' | 'strongswan';

/** Modes of AES by IKEv2's number: strongSwan's word behind the length, libreswan's before it. */
const aesModes: Readonly<Record<number, readonly [string, string]>> = {
  12: ['', 'aes'],
  13: ['ctr', 'aes_ctr'],
  14: ['ccm8', 'aes_ccm_a'],
  15: ['ccm12', 'aes_ccm_b'],
  16: ['ccm16', 'aes_ccm'],
  18: ['gcm8', 'aes_gcm_a'],
  19: ['gcm12', 'aes_gcm_b'],
  20: ['gcm16', 'aes_gcm'],
  21: ['gmac', 'null_auth_aes_gmac'],
};

/** A cipher in the words of a product; undefined where it has none for it. */
export function cipherWord({ id, keyLength }: Cipher, language: Language): string | undefined {
  const mode = aesModes[id];
  if (mode !== undefined) {
    const bits = keyLength ?? 128;
    if (language === 'strongswan') return `aes${bits}${mode[0]}`;
    return id === 12 ? `aes${bits}` : language === 'libreswan' ? `${mode[1]}${/[ab]$/.test(mode[1]) ? '_' : ''}${bits}` : undefined;
  }
  if (id === 3) return '3des';
  // Openswan has it where somebody built it with weak algorithms.
  if (id === 2) return language === 'strongswan' ? 'des' : undefined;
  if (id === 11) return 'null';
  if (id === 23) return `camellia${keyLength ?? 128}`;
  if (id === 28) return language === 'strongswan' ? 'chacha20poly1305' : language === 'libreswan' ? 'chacha20_poly1305' : undefined;
  return undefined;
}

const strongswanHashes: Readonly<Record<number, string>> = {
  1: 'md5',
  2: 'sha1',
  5: 'aesxcbc',
  8: 'aescmac',
  12: 'sha256',
  13: 'sha384',
  14: 'sha512',
  1027: 'sha256_96',
};
const swanHashes: Readonly<Record<number, string>> = {
  1: 'md5',
  2: 'sha1',
  5: 'aes_xcbc',
  8: 'aes_cmac',
  12: 'sha2_256',
  13: 'sha2_384',
  14: 'sha2_512',
};

/** A hash in the words of a product; undefined where it has none for it. */
export function hashWord(id: number, language: Language): string | undefined {
  return (language === 'strongswan' ? strongswanHashes : swanHashes)[id];
}

const prfHashes: Readonly<Record<number, number>> = { 1: 1, 2: 2, 4: 5, 5: 12, 6: 13, 7: 14, 8: 8 };

/** A group in the words of a product: Openswan and libreswan have `modp` and numbers. */
export function swanGroup(id: number, language: Language): string {
  const word = groupWord(id);
  return language === 'strongswan' || word.startsWith('modp') ? word : `dh${id}`;
}

/**
 * The value of `ike=`, `esp=`, `phase2alg=`, `proposals =` for an offer; undefined where the product has no word for something in it. AH has no
 * ciphers.
 * @param groups of PFS or of phase 1; none: without
 */
export function proposalValue(offer: Offer, groups: readonly number[], product: Product, use: 'ike' | 'esp'): string | undefined {
  const language: Language = product === 'openswan' || product === 'libreswan' ? product : 'strongswan';
  const ciphers = offer.ciphers.map((cipher) => cipherWord(cipher, language));
  const hashes = offer.hashes.map((hash) => hashWord(hash, language));
  // A PRF that goes with the hash needs no word of its own, and has none in Openswan and libreswan.
  const derived = new Set(offer.hashes.map((hash) => prfOfHash[hash]));
  const own = use === 'ike' && !(offer.hashes.length > 0 && offer.prfs.every((prf) => derived.has(prf))) ? offer.prfs : [];
  const prfs = own.map((prf) => hashWord(prfHashes[prf] ?? 0, language));
  if (language !== 'strongswan' && hashes.length > 0 && prfs.length > 0) return undefined;
  const words = groups.map((group) => swanGroup(group, language));
  // Openswan never had group 1.
  if (language === 'openswan' && groups.includes(1)) return undefined;
  if ([...ciphers, ...hashes, ...prfs].includes(undefined) || ciphers.length + hashes.length === 0) return undefined;
  const all = <T>(list: readonly (T | undefined)[]): readonly T[] => list.filter((item) => item !== undefined);
  if (language === 'strongswan') return [...all(ciphers), ...all(hashes), ...all(prfs).map((prf) => `prf${prf}`), ...words].join('-');
  // The hash beside a cipher that needs none is the PRF.
  const second = hashes.length > 0 ? all(hashes) : all(prfs);
  if (language === 'libreswan') {
    const group = words.length === 0 ? '' : `;${words.join('+')}`;
    return `${[all(ciphers), second]
      .filter((list) => list.length > 0)
      .map((list) => list.join('+'))
      .join('-')}${group}`;
  }
  // AH has hashes alone.
  const pairs = all(ciphers).flatMap((cipher) => (second.length === 0 ? [cipher] : second.map((hash) => `${cipher}-${hash}`)));
  return (ciphers.length === 0 ? second : pairs)
    .flatMap((pair) => (words.length === 0 ? [pair] : words.map((word) => `${pair};${word}`)))
    .slice(0, MAX_PROPOSALS)
    .join(',');
}
