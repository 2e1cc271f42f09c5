import { describe, expect, it } from 'vitest';
import { Waiters } from '../../../src/probes/shared/waiters.js';
import { FakeClock } from '../../support/fake-clock.js';

function setUp() {
  const clock = new FakeClock();
  const control = new AbortController();
  return { clock, control, waiters: new Waiters(clock, control.signal) };
}

describe('waiting for what the engine tells', () => {
  it('is over at once, with the event, or with the time', async () => {
    const { clock, waiters } = setUp();
    let there = false;
    expect(await waiters.waitFor(() => true, 1000)).toBe(true);
    const waiting = waiters.waitFor(() => there, 1000);
    waiters.look();
    there = true;
    waiters.look();
    expect(await waiting).toBe(true);
    expect(await clock.settle(waiters.waitFor(() => false, 1000))).toBe(false);
    expect(clock.now()).toBe(1000);
  });

  it('ends on Ctrl-C, but for what tidies up afterwards', async () => {
    const { clock, control, waiters } = setUp();
    const waiting = waiters.waitFor(() => false, 1000);
    control.abort();
    expect(await waiting).toBe(false);
    expect(await clock.settle(waiters.waitFor(() => false, 500))).toBe(false);
    expect(clock.now()).toBe(500);
  });

  it('hears of a fault, and of the end', async () => {
    const { waiters } = setUp();
    const faulty = waiters.waitFor(() => false, 1000);
    waiters.fail(new TypeError('broken'));
    await expect(faulty).rejects.toThrow('broken');
    const last = waiters.waitFor(() => false, 1000);
    waiters.close();
    expect(await last).toBe(false);
  });
});
