import { ENCRYPTION_ALGORITHMS, INTEGRITY_ALGORITHMS, KEY_EXCHANGE_METHODS, PRFS } from '../../wire/ike/tables/transforms.js';
import type { Cipher, Offer } from './offer.js';

/** `3DES`, `AES_CBC_256`. */
export function cipherName({ id, keyLength }: Cipher): string {
  const name = (ENCRYPTION_ALGORITHMS as Readonly<Record<number, string>>)[id] ?? `unknown (${id})`;
  return keyLength === undefined ? name : `${name}_${keyLength}`;
}

/** `MD5`, `SHA2_256`: without the length of what is left of it. */
export function hashName(id: number): string {
  const name = (INTEGRITY_ALGORITHMS as Readonly<Record<number, string>>)[id] ?? `unknown (${id})`;
  return name
    .replace(/^AUTH_(HMAC_)?/, '')
    .replace(/_(96|128|160|192|256)$/, (tail) => (/^AUTH_HMAC_(MD5|SHA1)|XCBC|CMAC/.test(name) || /SHA2_\d+_/.test(name) ? '' : tail));
}

/** `HMAC_SHA2_256`. */
export function prfName(id: number): string {
  return ((PRFS as Readonly<Record<number, string>>)[id] ?? `unknown (${id})`).replace(/^PRF_/, '');
}

/** `MODP_1024 (group 2)`. */
export function groupName(id: number): string {
  const name = (KEY_EXCHANGE_METHODS as Readonly<Record<number, string>>)[id];
  return name === undefined ? `group ${id}` : `${name} (group ${id})`;
}

/** PRFs of IKEv2 by the integrity algorithm with the same hash: what goes without saying. */
const PRF_OF_HASH: Readonly<Record<number, number>> = { 1: 1, 2: 2, 5: 4, 8: 8, 12: 5, 13: 6, 14: 7 };

/** One line for an offer: `3DES, MD5, MODP_1024 (group 2)`; alternatives with a stroke, PRFs where they are not those of the hashes, or are asked for. */
export function offerText({ ciphers, hashes, prfs, groups }: Offer, withPrfs = false): string {
  const plain = !withPrfs && (hashes.length === 0 || prfs.every((prf) => hashes.some((hash) => PRF_OF_HASH[hash] === prf)));
  return [ciphers.map(cipherName), hashes.map(hashName), plain ? [] : prfs.map((prf) => `PRF ${prfName(prf)}`), groups.map(groupName)]
    .filter((names) => names.length > 0)
    .map((names) => (names.length > 4 ? `${names.slice(0, 3).join('/')}/… (${names.length})` : names.join('/')))
    .join(', ');
}
