import { compareOffers } from '../compare-offers.js';
import type { Aspect } from '../mismatch.js';

/** A proposal of phase 1 in common. */
export const aspect: Aspect = {
  id: 'ike-proposals',
  compare: (pair) => compareOffers(pair, 'ike'),
};
