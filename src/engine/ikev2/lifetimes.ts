import type { ChildRecord } from './child-state.js';
import type { Effects } from './effects.js';
import type { Established } from './state.js';

/** We rekey at 80 to 90 percent of a lifetime, so that two ends with the same one seldom do it at once (RFC 7296 §2.8). */
const EARLIEST = 0.8;
const SPREAD = 0.1;

/** Milliseconds after which something of this lifetime in seconds is rekeyed. */
export function rekeyDelay(lifetime: number, fx: Pick<Effects, 'env'>): number {
  const [byte = 0] = fx.env.random(1);
  return lifetime * 1000 * (EARLIEST + (SPREAD * byte) / 256);
}

/** Sets the timers of an IKE SA that has just come up. */
export function armIkeTimers(sa: Established, fx: Effects): void {
  const { lifetimes, dpdDelay } = sa.settings;
  if (lifetimes.ike > 0) {
    fx.timer(sa, 'rekey-ike', rekeyDelay(lifetimes.ike, fx));
    fx.timer(sa, 'expire-ike', lifetimes.ike * 1000);
  }
  if (dpdDelay > 0) fx.timer(sa, 'dpd', dpdDelay * 1000);
}

/** Sets the timers of a CHILD_SA, also of one that moves to another IKE SA. */
export function armChildTimers(sa: Established, { sa: { spiIn }, rekeyAt, expireAt }: ChildRecord, fx: Effects): void {
  if (rekeyAt !== undefined) fx.timer(sa, `rekey-child/${spiIn}`, Math.max(rekeyAt - fx.now, 0));
  if (expireAt !== undefined) fx.timer(sa, `expire-child/${spiIn}`, Math.max(expireAt - fx.now, 0));
}
