/** What a word of a proposal string stands for, by IKEv2's transform types and numbers. */
export interface AlgorithmToken {
  readonly type: 'ENCR' | 'PRF' | 'INTEG' | 'KE' | 'SN' | 'ADDKE';
  readonly id: number;
  /** Bits. */
  readonly keyLength?: number;
}

/**
 * Words without key length. Sources: the tables of names of libreswan 3 to 5 (ipsec.conf(5) "ike", "esp"), of Openswan's
 * alg_info, and strongSwan's "Algorithm Proposals (Cipher Suites)". Underscores and hyphens are taken out before looking.
 */
const fixed: Readonly<Record<string, AlgorithmToken>> = {
  des: { type: 'ENCR', id: 2 },
  '3des': { type: 'ENCR', id: 3 },
  '3descbc': { type: 'ENCR', id: 3 },
  tripledes: { type: 'ENCR', id: 3 },
  cast: { type: 'ENCR', id: 6, keyLength: 128 },
  cast128: { type: 'ENCR', id: 6, keyLength: 128 },
  idea: { type: 'ENCR', id: 5 },
  null: { type: 'ENCR', id: 11 },
  chacha20poly1305: { type: 'ENCR', id: 28, keyLength: 256 },
  chacha20poly1305compat: { type: 'ENCR', id: 28, keyLength: 256 },

  md5: { type: 'INTEG', id: 1 },
  hmacmd5: { type: 'INTEG', id: 1 },
  hmacmd596: { type: 'INTEG', id: 1 },
  md5128: { type: 'INTEG', id: 6 },
  sha: { type: 'INTEG', id: 2 },
  sha1: { type: 'INTEG', id: 2 },
  sha196: { type: 'INTEG', id: 2 },
  hmacsha1: { type: 'INTEG', id: 2 },
  hmacsha196: { type: 'INTEG', id: 2 },
  sha1160: { type: 'INTEG', id: 7 },
  sha2: { type: 'INTEG', id: 12 },
  sha256: { type: 'INTEG', id: 12 },
  sha2256: { type: 'INTEG', id: 12 },
  sha2256128: { type: 'INTEG', id: 12 },
  hmacsha2256: { type: 'INTEG', id: 12 },
  hmacsha2256128: { type: 'INTEG', id: 12 },
  sha25696: { type: 'INTEG', id: 1027 },
  sha225696: { type: 'INTEG', id: 1027 },
  hmacsha2256truncbug: { type: 'INTEG', id: 1027 },
  sha384: { type: 'INTEG', id: 13 },
  sha2384: { type: 'INTEG', id: 13 },
  sha2384192: { type: 'INTEG', id: 13 },
  hmacsha2384: { type: 'INTEG', id: 13 },
  hmacsha2384192: { type: 'INTEG', id: 13 },
  sha512: { type: 'INTEG', id: 14 },
  sha2512: { type: 'INTEG', id: 14 },
  sha2512256: { type: 'INTEG', id: 14 },
  hmacsha2512: { type: 'INTEG', id: 14 },
  hmacsha2512256: { type: 'INTEG', id: 14 },
  aesxcbc: { type: 'INTEG', id: 5 },
  aesxcbc96: { type: 'INTEG', id: 5 },
  aes128xcbc: { type: 'INTEG', id: 5 },
  aes128xcbc96: { type: 'INTEG', id: 5 },
  aescmac: { type: 'INTEG', id: 8 },
  aescmac96: { type: 'INTEG', id: 8 },

  prfmd5: { type: 'PRF', id: 1 },
  prfsha1: { type: 'PRF', id: 2 },
  prfaesxcbc: { type: 'PRF', id: 4 },
  prfsha256: { type: 'PRF', id: 5 },
  prfsha384: { type: 'PRF', id: 6 },
  prfsha512: { type: 'PRF', id: 7 },
  prfaescmac: { type: 'PRF', id: 8 },

  none: { type: 'KE', id: 0 },
  modpnone: { type: 'KE', id: 0 },
  modp768: { type: 'KE', id: 1 },
  modp1024: { type: 'KE', id: 2 },
  modp1536: { type: 'KE', id: 5 },
  modp2048: { type: 'KE', id: 14 },
  modp3072: { type: 'KE', id: 15 },
  modp4096: { type: 'KE', id: 16 },
  modp6144: { type: 'KE', id: 17 },
  modp8192: { type: 'KE', id: 18 },
  ecp256: { type: 'KE', id: 19 },
  ecp384: { type: 'KE', id: 20 },
  ecp521: { type: 'KE', id: 21 },
  modp1024s160: { type: 'KE', id: 22 },
  modp2048s224: { type: 'KE', id: 23 },
  modp2048s256: { type: 'KE', id: 24 },
  ecp192: { type: 'KE', id: 25 },
  ecp224: { type: 'KE', id: 26 },
  ecp224bp: { type: 'KE', id: 27 },
  ecp256bp: { type: 'KE', id: 28 },
  ecp384bp: { type: 'KE', id: 29 },
  ecp512bp: { type: 'KE', id: 30 },
  curve25519: { type: 'KE', id: 31 },
  x25519: { type: 'KE', id: 31 },
  curve448: { type: 'KE', id: 32 },
  x448: { type: 'KE', id: 32 },
  gost256: { type: 'KE', id: 33 },
  gost512: { type: 'KE', id: 34 },
  mlkem512: { type: 'KE', id: 35 },
  mlkem768: { type: 'KE', id: 36 },
  mlkem1024: { type: 'KE', id: 37 },

  esn: { type: 'SN', id: 1 },
  noesn: { type: 'SN', id: 0 },
};

/** Ciphers with a key length in their name: what stands before it, and what may stand behind. */
const keyed: readonly { readonly pattern: RegExp; readonly token: (tail: string) => number | undefined }[] = [
  { pattern: /^(?:aes|rijndael)(128|192|256)?(.*)$/, token: aesMode },
  { pattern: /^camellia(128|192|256)?(.*)$/, token: camelliaMode },
  { pattern: /^blowfish(128|192|256)?()$/, token: () => 7 },
  { pattern: /^serpent(128|192|256)?()$/, token: () => 1026 },
  { pattern: /^twofish(128|192|256)?()$/, token: () => 1027 },
];

/** Length of the ICV in bytes or, where the word has it so, in bits; libreswan's a, b, c are 8, 12, 16. */
const icv: Readonly<Record<string, 0 | 1 | 2>> = { '8': 0, '64': 0, a: 0, '12': 1, '96': 1, b: 1, '': 2, '16': 2, '128': 2, c: 2 };

function aesMode(tail: string): number | undefined {
  if (tail === '' || tail === 'cbc') return 12;
  if (tail === 'ctr') return 13;
  if (tail === 'gmac') return 21;
  const mode = /^(ccm|gcm)(.*)$/.exec(tail);
  const place = mode === null ? undefined : icv[mode[2] ?? ''];
  return place === undefined ? undefined : (mode?.[1] === 'ccm' ? 14 : 18) + place;
}

function camelliaMode(tail: string): number | undefined {
  if (tail === '' || tail === 'cbc') return 23;
  if (tail === 'ctr') return 24;
  const place = /^ccm/.test(tail) ? icv[tail.slice(3)] : undefined;
  return place === undefined ? undefined : 25 + place;
}

/** The longest word is `hmac_sha2_512_256`; what is longer is no algorithm. */
const LONGEST_WORD = 40;

/** What a word means, whoever's it is; undefined when it is nobody's. Key lengths stay away where the word has none. */
export function findToken(word: string): AlgorithmToken | undefined {
  if (word.length > LONGEST_WORD) return undefined;
  const typed = /^(encrypt|prf|integ|ke|dh|sn|addke\d|ke\d)[_=](.+)$/i.exec(word);
  if (typed !== null) return typedToken((typed[1] ?? '').toLowerCase(), typed[2] ?? '');
  const plain = word.toLowerCase().replace(/_/g, '');
  const found = Object.hasOwn(fixed, plain) ? fixed[plain] : undefined;
  if (found !== undefined) return found;
  const group = /^dh(\d{1,2})$/.exec(plain)?.[1];
  if (group !== undefined) return { type: 'KE', id: Number(group) };
  return findKeyed(plain);
}

/** libreswan's `addke1=ml_kem_768`, `sn=yes`, strongSwan's `ke1_mlkem768`. */
function typedToken(type: string, word: string): AlgorithmToken | undefined {
  if (type === 'sn') return { type: 'SN', id: /^(yes|partial)/i.test(word) ? 1 : 0 };
  const token = findToken(word);
  if (token === undefined) return undefined;
  if (type === 'prf') return { ...token, type: 'PRF', id: prfOfHash[token.id] ?? token.id };
  return /^(addke|ke)\d$/.test(type) ? { ...token, type: 'ADDKE' } : token;
}

/** Integrity algorithm to the PRF with the same hash. */
export const prfOfHash: Readonly<Record<number, number>> = { 1: 1, 2: 2, 5: 4, 8: 8, 12: 5, 13: 6, 14: 7 };

function findKeyed(plain: string): AlgorithmToken | undefined {
  // libreswan writes the key length behind the mode (aes_gcm256, aes_gcm_16_256, aes_ctr128), strongSwan before it (aes256gcm16).
  const behind = /^((?:aes|camellia)(?:cbc|ctr|gmac|ccm(?:8|12|16|a|b|c)?|gcm(?:8|12|16|a|b|c)?))(128|192|256)$/.exec(plain);
  const gmac = /^nullauthaesgmac(128|192|256)?$/.exec(plain);
  if (gmac !== null) return { type: 'ENCR', id: 21, ...keyLength(gmac[1]) };
  for (const { pattern, token } of keyed) {
    const match = pattern.exec(behind?.[1] ?? plain);
    if (match === null) continue;
    const id = token(match[2] ?? '');
    if (id !== undefined) return { type: 'ENCR', id, ...keyLength(behind?.[2] ?? match[1]) };
  }
  return undefined;
}

function keyLength(bits: string | undefined): { readonly keyLength?: number } {
  return bits === undefined ? {} : { keyLength: Number(bits) };
}
