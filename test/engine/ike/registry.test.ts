import { expect, it } from 'vitest';
import { Registry } from '../../../src/engine/ike/registry.js';

/** Gives these bytes one after the other. */
function source(...bytes: readonly number[]) {
  let at = 0;
  return { random: (length: number) => Uint8Array.from({ length }, () => bytes[at++ % bytes.length] ?? 0), date: () => 0 };
}

it('never gives the SPI that stands for none', () => {
  expect(new Registry(source(0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8), {}).newIkeSpi()).toEqual(
    Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  );
});

it('gives SPIs of children once, none of those reserved, and takes them back', () => {
  const registry = new Registry(source(0, 0, 0, 255, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 1, 0), {});
  expect(registry.newChildSpi()).toBe(256);
  expect(registry.newChildSpi()).toBe(257);
  registry.releaseChildSpi(256);
  expect(registry.newChildSpi()).toBe(256);
  expect(registry.size).toEqual({ timers: 0, childSpis: 2, leases: 0 });
});

it('keeps CPIs within the range that is free', () => {
  for (const bytes of [
    [0, 0],
    [255, 255],
    [0xef, 0x00],
  ]) {
    const cpi = new Registry(source(...bytes), {}).newCpi();
    expect(cpi).toBeGreaterThanOrEqual(256);
    expect(cpi).toBeLessThan(61_440);
  }
});

it('numbers SAs from one, and has the pool of the settings', () => {
  const registry = new Registry(source(1), { pool: { pools: [{ first: '10.0.0.1', count: 1 }] } });
  expect([registry.nextNumber(), registry.nextNumber(), registry.pool.lease(1, 4)]).toEqual([1, 2, '10.0.0.1']);
});
