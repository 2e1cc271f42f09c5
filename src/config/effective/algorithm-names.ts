import { ENCRYPTION_ALGORITHMS, INTEGRITY_ALGORITHMS, KEY_EXCHANGE_METHODS } from '../../wire/ike/tables/transforms.js';
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

/** `MODP_1024 (group 2)`. */
export function groupName(id: number): string {
  const name = (KEY_EXCHANGE_METHODS as Readonly<Record<number, string>>)[id];
  return name === undefined ? `group ${id}` : `${name} (group ${id})`;
}

/** One line for an offer: `3DES, MD5, MODP_1024 (group 2)`; alternatives with a stroke. */
export function offerText({ ciphers, hashes, groups }: Offer): string {
  return [ciphers.map(cipherName), hashes.map(hashName), groups.map(groupName)]
    .filter((names) => names.length > 0)
    .map((names) => (names.length > 4 ? `${names.slice(0, 3).join('/')}/… (${names.length})` : names.join('/')))
    .join(', ');
}
