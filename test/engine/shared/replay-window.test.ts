import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReplayWindow, replayText } from '../../../src/engine/shared/replay-window.js';

const halves = (number: bigint) => [Number(number >> 32n), Number(number & 0xffff_ffffn)] as const;

/** What RFC 4303 §3.4.3 says, with a set of all numbers ever seen. */
class NaiveWindow {
  readonly #seen = new Set<bigint>();
  #top: bigint;

  constructor(
    readonly size: number,
    top: bigint,
  ) {
    this.#top = top;
  }

  judge(number: bigint) {
    if (number === 0n || number <= this.#top - BigInt(this.size)) return 'outside-window';
    return this.#seen.has(number) ? 'replayed' : 'fresh';
  }

  advance(number: bigint) {
    this.#seen.add(number);
    if (number > this.#top) this.#top = number;
  }

  /** The number nearest to the top among those with this lower half that lie in the window or ahead of it. */
  complete(low: number): bigint {
    const bottom = this.#top - BigInt(this.size) + 1n;
    const from = bottom < 0n ? 0n : bottom;
    const candidate = ((from >> 32n) << 32n) | BigInt(low);
    return candidate >= from ? candidate : candidate + 0x1_0000_0000n;
  }
}

describe('a replay window', () => {
  it.each([
    [undefined, 64],
    [1, 64],
    [64, 64],
    [65, 128],
    [1000, 1024],
    [4096, 4096],
    [1_000_000, 4096],
  ])('asked for %s packets holds %i', (asked, size) => expect(new ReplayWindow(asked).size).toBe(size));

  it('walks its boundaries', () => {
    const window = new ReplayWindow();
    // Fresh ones are taken in.
    const steps = [
      [1, 'fresh'],
      [1, 'replayed'],
      [0, 'outside-window'],
      [64, 'fresh'],
      [2, 'fresh'],
      [2, 'replayed'],
      [65, 'fresh'],
      [1, 'outside-window'],
      [3, 'fresh'],
      [63, 'fresh'],
      [128, 'fresh'],
      [64, 'outside-window'],
      [65, 'replayed'],
      [66, 'fresh'],
      [1_000_000, 'fresh'],
      [128, 'outside-window'],
      [999_937, 'fresh'],
      [999_936, 'outside-window'],
      [0xffff_ffff, 'fresh'],
      [0xffff_ffff, 'replayed'],
      [1_000_000, 'outside-window'],
    ] as const;
    for (const [low, verdict] of steps) {
      expect([low, window.judge(0, low)]).toEqual([low, verdict]);
      if (verdict === 'fresh') window.advance(0, low);
    }
  });

  it('agrees with a set of all numbers', () => {
    const start = fc.oneof(
      fc.constant(0n),
      fc.bigInt({ min: 0xffff_ff00n, max: 0x1_0000_0100n }),
      fc.bigInt({ min: 0x7_ffff_ff00n, max: 0x8_0000_0100n }),
      fc.bigInt({ min: 0n, max: 0xffff_ffff_0000_0000n }),
    );
    const jump = fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: -150, max: 80 }) },
      { weight: 1, arbitrary: fc.integer({ min: -9000, max: 9000 }) },
    );
    fc.assert(
      fc.property(start, fc.constantFrom(64, 128, 4096), fc.array(jump, { maxLength: 200 }), (first, size, jumps) => {
        const window = new ReplayWindow(size, first);
        const naive = new NaiveWindow(size, first);
        let top = first;
        for (const by of jumps) {
          const number = top + BigInt(by);
          if (number < 0n) continue;
          const [high, low] = halves(number);
          const verdict = window.judge(high, low);
          expect(verdict).toBe(naive.judge(number));
          if (verdict !== 'fresh') continue;
          window.advance(high, low);
          naive.advance(number);
          if (number > top) top = number;
          expect([window.topHigh, window.topLow]).toEqual(halves(top));
        }
      }),
      { numRuns: 1500, seed: 4 },
    );
  });

  it('completes extended sequence numbers as RFC 4303 appendix A2 does', () => {
    const top = fc.oneof(
      fc.bigInt({ min: 0n, max: 200n }),
      fc.bigInt({ min: 0xffff_ff00n, max: 0x1_0000_0100n }),
      fc.bigInt({ min: 0x5_0000_0000n, max: 0x6_0000_0000n }),
    );
    fc.assert(
      fc.property(top, fc.constantFrom(64, 4096), fc.integer({ min: -64, max: 1_000_000 }), (last, size, by) => {
        const number = last + BigInt(by);
        const [, low] = halves(number);
        if (number < 0n || number <= last - BigInt(size)) return;
        const window = new ReplayWindow(size, last);
        const high = window.highOf(low);
        expect((BigInt(high) << 32n) | BigInt(low)).toBe(number);
        expect((BigInt(high) << 32n) | BigInt(low)).toBe(new NaiveWindow(size, last).complete(low));
      }),
      { numRuns: 2000, seed: 5 },
    );
  });

  it('tells why', () => {
    const window = new ReplayWindow(64, 0x1_0000_0005n);
    expect(replayText(window, 'replayed', 1, 5)).toBe('sequence number 4294967301 came before; the highest is 4294967301');
    expect(replayText(window, 'outside-window', 0, 9)).toBe('sequence number 9 lies outside the window of 64 that ends at 4294967301');
  });
});
