import type { NearestOffers } from '../effective/common-offer.js';
import type { Offer } from '../effective/offer.js';
import type { Change } from '../mend/change.js';
import { mend } from '../mend/mend.js';
import type { Pair } from './mismatch.js';

/** Groups that every generation of products has some of, the strongest first. */
const GROUPS = [14, 5, 2];

/** The change that both ends have to make where neither can take what the other has. */
export type MeetingChange = Extract<Change, { kind: 'ike-proposals' }>;

/**
 * An IKE proposal between the nearest two that both ends can move to, should neither be able to take that of the other: an old ASA ends
 * at group 5, a new libreswan begins there.
 * @returns undefined: one end alone can be mended, or there is no such proposal
 */
export function meetingOffer({ ours, theirs, version }: Pair, nearest: NearestOffers): MeetingChange | undefined {
  if (version === undefined) return undefined;
  const change = (offer: Offer): MeetingChange => ({ kind: 'ike-proposals', offer, version });
  if (mend(ours, change(nearest.theirs)) !== undefined || mend(theirs, change(nearest.ours)) !== undefined) return undefined;
  return [nearest.ours, nearest.theirs]
    .flatMap((offer) => GROUPS.map((group) => change({ ...offer, groups: [group] })))
    .find((each) => mend(ours, each) !== undefined && mend(theirs, each) !== undefined);
}
