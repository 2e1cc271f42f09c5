import { describe, expect, it } from 'vitest';
import { LineAllowance } from '../../../src/services/serve/line-allowance.js';

describe('LineAllowance', () => {
  it('gives a burst, then so many a second, and counts what it refused', () => {
    const lines = new LineAllowance({ perSecond: 10, burst: 50 });
    const taken = (from: number, count: number, step: number) =>
      Array.from({ length: count }, (_, i) => lines.take(from + i * step)).filter((allowed) => allowed).length;
    expect(taken(0, 1000, 0)).toBe(50);
    expect([lines.takeLeftOut(), lines.takeLeftOut()]).toEqual([950, 0]);
    // Ten seconds of a flood.
    expect(taken(0, 10_000, 1)).toBe(99);
    expect(lines.takeLeftOut()).toBe(9901);
    // After a rest the burst is back, not more.
    expect(taken(1_000_000, 1000, 0)).toBe(50);
  });
});
