import { type ConfigEnd, isOldPix } from '../effective/config-end.js';
import type { Offer } from '../effective/offer.js';
import { atLeast, olderThan } from '../versions.js';

/** What a release of a box takes in a corrected line, by IKEv2's numbers. */
interface Has {
  readonly groups?: readonly number[];
  readonly hashes?: readonly number[];
  readonly without?: { readonly ciphers: readonly number[]; readonly hashes: readonly number[]; readonly groups: readonly number[] };
}

const MODP = [1, 2, 5];
const OLD_HASHES = [1, 2];

/**
 * Sources: ASA command reference, "crypto ikev1 policy" (hash md5 or sha; group 14 since 9.13), "crypto ipsec ikev1 transform-set"
 * (esp-md5-hmac, esp-sha-hmac), "crypto map set pfs"; release notes of 9.15 (DES, 3DES, MD5 and groups 1, 2 and 24 are gone); PIX 6.3 command
 * reference, "isakmp policy"; IOS security command reference, "group (IKE policy)" and "hash" (more than group 5 and SHA-1 since 15.1(2)T).
 */
function whatHas(end: Pick<ConfigEnd, 'product' | 'version'>, version: 'ikev1' | 'ikev2'): Has {
  if (end.product === 'ios') return version === 'ikev1' && olderThan(end.version, '15.1') ? { groups: MODP, hashes: OLD_HASHES } : {};
  if (isOldPix(end)) return { groups: MODP, hashes: OLD_HASHES };
  const late = atLeast(end.version, '9.15') ? { without: { ciphers: [2, 3], hashes: [1], groups: [1, 2, 24] } } : {};
  if (version === 'ikev2') return late;
  return { ...late, hashes: OLD_HASHES, ...(olderThan(end.version, '9.13') ? { groups: MODP } : { groups: [...MODP, 14] }) };
}

/** Whether the box knows all of an offer; where its release is not known, what any of them knows counts. */
export function takesOffer(
  end: Pick<ConfigEnd, 'product' | 'version'>,
  { ciphers, hashes, groups }: Pick<Offer, 'ciphers' | 'hashes' | 'groups'>,
  version: 'ikev1' | 'ikev2',
): boolean {
  const has = whatHas(end, version);
  return (
    groups.every((group) => has.groups?.includes(group) !== false && has.without?.groups.includes(group) !== true) &&
    hashes.every((hash) => has.hashes?.includes(hash) !== false && has.without?.hashes.includes(hash) !== true) &&
    ciphers.every(({ id }) => has.without?.ciphers.includes(id) !== true)
  );
}
