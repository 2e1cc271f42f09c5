import type { Sourced } from '../../model/connection.js';
import { commonOffer } from './common-offer.js';
import type { ConfigEnd } from './config-end.js';
import { offersOf } from './offer.js';

/** The groups an end would use in phase 2, and whether it does without as well. */
export interface PfsGroups {
  readonly groups: readonly number[];
  readonly optional: boolean;
  /** That of phase 1, whichever comes of that. */
  readonly follows: boolean;
  readonly place: Pick<Sourced<unknown>, 'file' | 'line'>;
}

/**
 * @param phase1 the group of phase 1: Openswan and libreswan take it again where the ESP proposal names none (ipsec.conf(5) "pfs")
 */
export function pfsGroups(end: ConfigEnd, version: 'ikev1' | 'ikev2', phase1: number | undefined): PfsGroups {
  const { connection, product } = end;
  const offers = offersOf(end, 'esp', version);
  const named = [...new Set(offers.flatMap(({ groups }) => groups))];
  if (product === 'openswan' || product === 'libreswan') {
    if (!connection.pfs.value) return { groups: [], optional: false, follows: false, place: connection.pfs };
    const place = named.length > 0 ? (connection.espProposals[0] ?? connection.pfs) : connection.pfs;
    return { groups: named.length > 0 ? named : phase1 === undefined ? [] : [phase1], optional: false, follows: named.length === 0, place };
  }
  // A list without groups in some proposals takes either. The newest strongSwan's own list is of that kind.
  const optional = named.length > 0 && offers.some(({ groups }) => groups.length === 0);
  if (connection.espProposals.length === 0 && connection.pfs.value)
    return { groups: phase1 === undefined ? [] : [phase1], optional: true, follows: true, place: connection.pfs };
  return { groups: named, optional, follows: false, place: connection.pfs };
}

/** The groups of both ends, and whether phase 2 can be with them. */
export function comparePfs(
  ours: ConfigEnd,
  theirs: ConfigEnd,
  version: 'ikev1' | 'ikev2',
): { readonly mine: PfsGroups; readonly yours: PfsGroups; readonly agrees: boolean } {
  const [first, second] = [offersOf(ours, 'ike', version), offersOf(theirs, 'ike', version)];
  const phase1 = commonOffer(first, second, true)?.chosen.group;
  const mine = pfsGroups(ours, version, phase1 ?? first[0]?.groups[0]);
  const yours = pfsGroups(theirs, version, phase1 ?? second[0]?.groups[0]);
  // An end may take it either way.
  const optional = mine.optional || yours.optional;
  const agrees =
    mine.groups.length === 0 || yours.groups.length === 0
      ? mine.groups.length === yours.groups.length || optional
      : // Where phase 1 has no group in common it will get another: which one is not known.
        mine.groups.some((group) => yours.groups.includes(group)) || (phase1 === undefined && (mine.follows || yours.follows));
  return { mine, yours, agrees };
}
