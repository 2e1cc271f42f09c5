import { compareLifetimes } from '../compare-lifetimes.js';
import type { Aspect } from '../mismatch.js';

/** How long keys of phase 1 are used. */
export const aspect: Aspect = {
  id: 'ike-lifetime',
  compare: (pair) => compareLifetimes(pair, 'ike'),
};
