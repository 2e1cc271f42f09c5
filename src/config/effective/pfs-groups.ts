import type { Sourced } from '../../model/connection.js';
import { commonOffer } from './common-offer.js';
import type { ConfigEnd } from './config-end.js';
import { offersOf } from './offer.js';

/** The groups an end would use in phase 2, and whether it does without as well. */
export interface PfsGroups {
  readonly groups: readonly number[];
  readonly optional: boolean;
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
    if (!connection.pfs.value) return { groups: [], optional: false, place: connection.pfs };
    const place = named.length > 0 ? (connection.espProposals[0] ?? connection.pfs) : connection.pfs;
    return { groups: named.length > 0 ? named : phase1 === undefined ? [] : [phase1], optional: false, place };
  }
  // A list without groups in some proposals takes either. The newest strongSwan's own list is of that kind.
  const optional = named.length > 0 && offers.some(({ groups }) => groups.length === 0);
  if (connection.espProposals.length === 0 && connection.pfs.value)
    return { groups: phase1 === undefined ? [] : [phase1], optional: true, place: connection.pfs };
  return { groups: named, optional, place: connection.pfs };
}

/** The groups of both ends, and whether phase 2 can be with them. */
export function comparePfs(
  ours: ConfigEnd,
  theirs: ConfigEnd,
  version: 'ikev1' | 'ikev2',
): { readonly mine: PfsGroups; readonly yours: PfsGroups; readonly agrees: boolean } {
  const phase1 = commonOffer(offersOf(ours, 'ike', version), offersOf(theirs, 'ike', version), true)?.chosen.group;
  const [mine, yours] = [pfsGroups(ours, version, phase1), pfsGroups(theirs, version, phase1)];
  // An end may take it either way.
  const optional = mine.optional || yours.optional;
  const agrees =
    mine.groups.length === 0 || yours.groups.length === 0
      ? mine.groups.length === yours.groups.length || optional
      : mine.groups.some((group) => yours.groups.includes(group));
  return { mine, yours, agrees };
}
