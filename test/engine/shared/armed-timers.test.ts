import { describe, expect, it } from 'vitest';
import { ArmedTimers, timerId } from '../../../src/engine/shared/armed-timers.js';

describe('ArmedTimers', () => {
  const armed = (...timers: readonly (readonly [number, string])[]) => {
    const all = new ArmedTimers();
    for (const [number, name] of timers) all.arm(number, name);
    return all;
  };

  it('gives a timer that went off back once, by its id', () => {
    const timers = armed([7, 'retransmit'], [7, 'child/3/rekey']);
    expect(timers.fire(timerId(7, 'child/3/rekey'))).toEqual({ number: 7, name: 'child/3/rekey' });
    expect(timers.fire(timerId(7, 'child/3/rekey'))).toBeUndefined();
    expect(timers.of(7)).toEqual(['retransmit']);
  });

  it('knows no timer that was cancelled before it went off', () => {
    const timers = armed([7, 'retransmit']);
    expect(timers.disarm(7, 'retransmit')).toBe(true);
    expect(timers.fire(timerId(7, 'retransmit'))).toBeUndefined();
    expect(timers.disarm(7, 'retransmit')).toBe(false);
  });

  it.each(['ike/8/retransmit', 'ike/7/other', 'ike/7/', 'ike//retransmit', 'esp/7/retransmit', 'ike/7', ''])(
    'takes %j for nobody’s',
    (id) => {
      expect(armed([7, 'retransmit']).fire(id)).toBeUndefined();
    },
  );

  it('may be disarmed while its names are walked', () => {
    const timers = armed([1, 'a'], [1, 'b'], [2, 'c']);
    for (const name of timers.of(1)) timers.disarm(1, name);
    expect(timers.of(1)).toEqual([]);
    expect(timers.of(2)).toEqual(['c']);
  });
});
