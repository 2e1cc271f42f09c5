import { nodeAead, nodeGmac } from './aead.js';
import { blockCbc, nodeCbc } from './cbc.js';
import { blockCcm, nodeCcm } from './ccm.js';
import type { Cipher, CipherKey } from './cipher.js';
import { noBytes } from './cipher.js';
import { nodeCtr } from './ctr.js';
import { checkCipherKey } from './key-check.js';
import { scheduleBlowfish } from './legacy/blowfish.js';
import { scheduleCast128 } from './legacy/cast128.js';
import { scheduleSerpent } from './legacy/serpent.js';
import { scheduleTwofish } from './legacy/twofish.js';

const aesKeys = [16, 24, 32] as const;
/** Blowfish and CAST mean 128 bits when nobody says otherwise (RFC 2451 §2.2). */
const firstSixteen = (from: number, to: number): number[] => [
  16,
  ...Array.from({ length: to - from + 1 }, (_, i) => from + i).filter((length) => length !== 16),
];
const gcm = (keyLength: number) => `aes-${(keyLength * 8) as 128 | 192 | 256}-gcm` as const;
const chacha = () => 'chacha20-poly1305' as const;

/** ENCR_NULL (RFC 2410). */
const nullCipher: Cipher = {
  name: 'ENCR_NULL',
  ikev2: 11,
  esp: 11,
  keyLengths: [0],
  saltLength: 0,
  ivLength: 0,
  blockSize: 1,
  icvLength: 0,
  implicitIv: false,
  prepare(key, salt): CipherKey {
    checkCipherKey(nullCipher, key, salt);
    return {
      cipher: nullCipher,
      encrypt: (_iv, plaintext) => ({ ciphertext: plaintext, icv: noBytes }),
      decrypt: (_iv, ciphertext) => ({ plaintext: ciphertext, authentic: true }),
    };
  },
};

/**
 * Every cipher we can run. Numbers: IANA "Internet Key Exchange Version 2" (transform type 1), "ISAKMP" (IPSEC ESP transforms) and
 * "IPSEC" (phase 1 encryption), taken 2026-11; Twofish and Serpent by the private numbers of FreeS/WAN and its heirs, in IKEv2 strongSwan's.
 * Without: RC5, IDEA, 3IDEA, RC4 and DES_IV32/64, which nobody offers any more, SEED, and GOST.
 */
export const ciphers: readonly Cipher[] = [
  // Single DES is 3DES with one key three times: OpenSSL 3 keeps DES itself in its legacy provider.
  nodeCbc(
    { name: 'ENCR_DES', ikev2: 2, esp: 2, ikev1: 1, keyLengths: [8], blockSize: 8 },
    () => 'des-ede3-cbc',
    (key) => Buffer.concat([key, key, key]),
  ),
  nodeCbc({ name: 'ENCR_3DES', ikev2: 3, esp: 3, ikev1: 5, keyLengths: [24], blockSize: 8 }, () => 'des-ede3-cbc'),
  blockCbc({ name: 'ENCR_CAST', ikev2: 6, esp: 6, ikev1: 6, keyLengths: firstSixteen(5, 16), blockSize: 8 }, scheduleCast128),
  blockCbc({ name: 'ENCR_BLOWFISH', ikev2: 7, esp: 7, ikev1: 3, keyLengths: firstSixteen(5, 56), blockSize: 8 }, scheduleBlowfish),
  nullCipher,
  nodeCbc({ name: 'ENCR_AES_CBC', ikev2: 12, esp: 12, ikev1: 7, keyLengths: aesKeys, blockSize: 16 }, (length) => `aes-${length * 8}-cbc`),
  nodeCtr({ name: 'ENCR_AES_CTR', ikev2: 13, esp: 13, keyLengths: aesKeys }, 'aes'),
  nodeCcm({ name: 'ENCR_AES_CCM_8', ikev2: 14, esp: 14, keyLengths: aesKeys, icvLength: 8 }),
  nodeCcm({ name: 'ENCR_AES_CCM_12', ikev2: 15, esp: 15, keyLengths: aesKeys, icvLength: 12 }),
  nodeCcm({ name: 'ENCR_AES_CCM_16', ikev2: 16, esp: 16, keyLengths: aesKeys, icvLength: 16 }),
  nodeAead({ name: 'ENCR_AES_GCM_8', ikev2: 18, esp: 18, keyLengths: aesKeys, icvLength: 8 }, gcm),
  nodeAead({ name: 'ENCR_AES_GCM_12', ikev2: 19, esp: 19, keyLengths: aesKeys, icvLength: 12 }, gcm),
  nodeAead({ name: 'ENCR_AES_GCM_16', ikev2: 20, esp: 20, keyLengths: aesKeys, icvLength: 16 }, gcm),
  nodeGmac({ name: 'ENCR_NULL_AUTH_AES_GMAC', ikev2: 21, esp: 23, keyLengths: aesKeys, icvLength: 16 }),
  nodeCbc(
    { name: 'ENCR_CAMELLIA_CBC', ikev2: 23, esp: 22, ikev1: 8, keyLengths: aesKeys, blockSize: 16 },
    (length) => `camellia-${length * 8}-cbc`,
  ),
  nodeCtr({ name: 'ENCR_CAMELLIA_CTR', ikev2: 24, keyLengths: aesKeys }, 'camellia'),
  blockCcm({ name: 'ENCR_CAMELLIA_CCM_8', ikev2: 25, keyLengths: aesKeys, icvLength: 8 }, 'camellia'),
  blockCcm({ name: 'ENCR_CAMELLIA_CCM_12', ikev2: 26, keyLengths: aesKeys, icvLength: 12 }, 'camellia'),
  blockCcm({ name: 'ENCR_CAMELLIA_CCM_16', ikev2: 27, keyLengths: aesKeys, icvLength: 16 }, 'camellia'),
  nodeAead({ name: 'ENCR_CHACHA20_POLY1305', ikev2: 28, keyLengths: [32], icvLength: 16 }, chacha),
  nodeCcm({ name: 'ENCR_AES_CCM_8_IIV', ikev2: 29, keyLengths: aesKeys, icvLength: 8 }, true),
  nodeAead({ name: 'ENCR_AES_GCM_16_IIV', ikev2: 30, keyLengths: aesKeys, icvLength: 16 }, gcm, true),
  nodeAead({ name: 'ENCR_CHACHA20_POLY1305_IIV', ikev2: 31, keyLengths: [32], icvLength: 16 }, chacha, true),
  blockCbc({ name: 'ENCR_TWOFISH_CBC', ikev2: 1027, esp: 253, ikev1: 65005, keyLengths: aesKeys, blockSize: 16 }, scheduleTwofish),
  blockCbc({ name: 'ENCR_SERPENT_CBC', ikev2: 1026, esp: 252, ikev1: 65004, keyLengths: aesKeys, blockSize: 16 }, scheduleSerpent),
];

const byName = new Map(ciphers.map((cipher) => [cipher.name, cipher]));

export function cipherByName(name: string): Cipher | undefined {
  return byName.get(name);
}

/** By IKEv2 transform type 1 number. */
export function cipherByIkev2(id: number): Cipher | undefined {
  return ciphers.find((cipher) => cipher.ikev2 === id);
}

/** By IPsec ESP transform identifier (IKEv1 phase 2). */
export function cipherByEsp(id: number): Cipher | undefined {
  return ciphers.find((cipher) => cipher.esp === id);
}

/** By the phase 1 attribute "Encryption Algorithm". */
export function cipherByIkev1(id: number): Cipher | undefined {
  return ciphers.find((cipher) => cipher.ikev1 === id);
}

/** The name with the length of its key in bits, where it can have several: `ENCR_AES_CBC_256`, but `ENCR_3DES`. */
export function cipherNameWithKey(name: string, keyLength: number): string {
  return (byName.get(name)?.keyLengths.length ?? 0) > 1 ? `${name}_${keyLength * 8}` : name;
}
