import { rekeyDelay } from '../ike/rekey-delay.js';
import type { Effects } from './effects.js';
import type { Established } from './state.js';

/** Sets the timers of an IKE SA that has just come up. */
export function armIkeTimers(sa: Established, fx: Effects): void {
  const { lifetimes, dpdDelay } = sa.settings;
  if (lifetimes.ike > 0) {
    fx.timer(sa, 'rekey-ike', rekeyDelay(lifetimes.ike, fx));
    fx.timer(sa, 'expire-ike', lifetimes.ike * 1000);
  }
  if (dpdDelay > 0) fx.timer(sa, 'dpd', dpdDelay * 1000);
}
