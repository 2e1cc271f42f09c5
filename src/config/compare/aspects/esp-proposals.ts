import { compareOffers } from '../compare-offers.js';
import type { Aspect } from '../mismatch.js';

/** A proposal of phase 2 in common; its group is a matter of PFS. */
export const aspect: Aspect = {
  id: 'esp-proposals',
  compare: (pair) => compareOffers(pair, 'esp'),
};
