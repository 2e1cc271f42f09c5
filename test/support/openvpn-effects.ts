import { Effects } from '../../src/engine/openvpn/effects.js';
import { ArmedTimers } from '../../src/engine/shared/armed-timers.js';
import { seededBytes } from './seeded-random.js';

/** What one step would gather, on a clock that stands at `now`. */
export function openvpnEffects(now = 0, armed = new ArmedTimers()): Effects {
  return new Effects(now, { random: seededBytes(1), date: () => 1_700_000_000_000 + now }, armed);
}

/** The happenings gathered, without when and where. */
export function newsOf(fx: Effects): readonly Record<string, unknown>[] {
  return fx.result(undefined).happenings.map(({ session: _, at: __, ...news }) => news);
}
