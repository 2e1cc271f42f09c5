import { compareLifetimes } from '../compare-lifetimes.js';
import type { Aspect } from '../mismatch.js';

/** How long keys of phase 2 are used. */
export const aspect: Aspect = {
  id: 'child-lifetime',
  compare: (pair) => compareLifetimes(pair, 'child'),
};
