import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/transport/clock.js';

describe('the clock of the process', () => {
  it('calls back once, not before the time, and not at all when taken back', async () => {
    const begun = systemClock.now();
    let calls = 0;
    const taken = systemClock.after(1, () => calls++);
    taken();
    taken();
    await new Promise<void>((resolve) => systemClock.after(20.5, resolve));
    expect(systemClock.now() - begun).toBeGreaterThan(19);
    expect(calls).toBe(0);
  });

  it.each([-5, 0, Number.NEGATIVE_INFINITY])('what is overdue (%d) comes at once, and not within the call', async (milliseconds) => {
    let called = false;
    const done = new Promise<void>((resolve) => {
      systemClock.after(milliseconds, () => {
        called = true;
        resolve();
      });
    });
    expect(called).toBe(false);
    await done;
  });

  it('does not take a time beyond all clocks for none', async () => {
    let called = false;
    const cancel = systemClock.after(2 ** 40, () => {
      called = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    cancel();
    expect(called).toBe(false);
  });
});
