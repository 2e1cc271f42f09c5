import { compareOffers } from '../compare-offers.js';
import type { Aspect } from '../mismatch.js';

/** A proposal of phase 2 in common; its group is a matter of PFS. Of ESP and AH there can be none: that is said elsewhere. */
export const aspect: Aspect = {
  id: 'esp-proposals',
  compare: (pair) =>
    pair.ours.connection.protocol.value === pair.theirs.connection.protocol.value
      ? compareOffers(pair, 'esp')
      : { rows: [], mismatches: [] },
};
