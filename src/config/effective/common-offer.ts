import type { Cipher, Offer } from './offer.js';

/** Where two offers part. */
export type OfferPart = 'encryption' | 'hash' | 'prf' | 'group';

/** What both ends would agree on. */
export interface CommonOffer {
  readonly ours: Offer;
  readonly theirs: Offer;
  /** One of each, as it is preferred by whoever answers. */
  readonly chosen: { readonly cipher: Cipher | undefined; readonly hash: number | undefined; readonly group: number | undefined };
}

/** The offers that come nearest where there is none in common. */
export interface NearestOffers {
  readonly ours: Offer;
  readonly theirs: Offer;
  readonly differs: readonly OfferPart[];
}

/**
 * What is agreed on when the owner of `first` begins: the first of its offers that the other end has too (RFC 2409 §5, RFC 7296 §2.7).
 * @param groups whether groups are compared: not for the ESP proposals, whose group is a matter of PFS
 */
export function commonOffer(first: readonly Offer[], second: readonly Offer[], groups: boolean): CommonOffer | undefined {
  for (const ours of first)
    for (const theirs of second) {
      if (differences(ours, theirs, groups).length > 0) continue;
      return {
        ours,
        theirs,
        chosen: {
          cipher: ours.ciphers.find((cipher) => theirs.ciphers.some((other) => sameCipher(cipher, other))),
          hash: ours.hashes.find((hash) => theirs.hashes.includes(hash)),
          group: ours.groups.find((group) => theirs.groups.includes(group)),
        },
      };
    }
  return undefined;
}

/** The pair of offers with the fewest differences; undefined when an end has none at all. */
export function nearestOffers(first: readonly Offer[], second: readonly Offer[], groups: boolean): NearestOffers | undefined {
  let best: NearestOffers | undefined;
  for (const ours of first)
    for (const theirs of second) {
      const differs = differences(ours, theirs, groups);
      if (best === undefined || differs.length < best.differs.length) best = { ours, theirs, differs };
    }
  return best;
}

function differences(a: Offer, b: Offer, groups: boolean): readonly OfferPart[] {
  const parts: OfferPart[] = [];
  // AH has none at either end.
  const encrypted = a.ciphers.length > 0 || b.ciphers.length > 0;
  if (encrypted && !a.ciphers.some((cipher) => b.ciphers.some((other) => sameCipher(cipher, other)))) parts.push('encryption');
  // A combined cipher needs no hash: where the ciphers agree on one, hashes say nothing.
  if ((a.hashes.length > 0 || b.hashes.length > 0) && !a.hashes.some((hash) => b.hashes.includes(hash))) parts.push('hash');
  if (a.prfs.length > 0 && b.prfs.length > 0 && !a.prfs.some((prf) => b.prfs.includes(prf))) parts.push('prf');
  if (groups && !a.groups.some((group) => b.groups.includes(group)) && (a.groups.length > 0 || b.groups.length > 0)) parts.push('group');
  return parts;
}

function sameCipher(a: Cipher, b: Cipher): boolean {
  return a.id === b.id && a.keyLength === b.keyLength;
}
