import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SequenceTrack } from '../../../src/dissect/sa/sequence.js';

const MANY = 8192;

function track(numbers: readonly number[], elapsed = 0.001, limit = MANY): SequenceTrack {
  const result = new SequenceTrack();
  numbers.forEach((number, i) => {
    result.observe(number, i + 1, elapsed, limit);
  });
  result.settle(limit);
  return result;
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** A receiver of RFC 4303 §3.4.3, with a set in place of the bitmap. */
class Receiver {
  dropped = 0;
  #right = -1;
  readonly #seen = new Set<number>();
  readonly #ever = new Set<number>();

  constructor(private readonly size: number) {}

  take(number: number): void {
    const duplicate = this.#ever.has(number);
    this.#ever.add(number);
    if (number > this.#right) this.#right = number;
    else if (number <= this.#right - this.size) {
      if (!duplicate) this.dropped++;
      return;
    } else if (this.#seen.has(number)) return;
    this.#seen.add(number);
  }
}

/** A stream as networks make it: losses, packets held back, copies. */
const stream = fc
  .array(
    fc.record({ lose: fc.integer({ min: 0, max: 9 }), hold: fc.integer({ min: 0, max: 400 }), copy: fc.integer({ min: 0, max: 19 }) }),
    {
      minLength: 1,
      maxLength: 300,
    },
  )
  .map((packets) => {
    const sent: { number: number; when: number }[] = [];
    packets.forEach(({ lose, hold, copy }, i) => {
      const number = 5000 + i;
      const when = i + (hold > 300 ? hold : hold > 280 ? 5 : 0);
      if (lose > 0) sent.push({ number, when });
      if (lose > 0 && copy === 0) sent.push({ number, when: when + hold });
    });
    return sent.sort((a, b) => a.when - b.when).map(({ number }) => number);
  });

describe('SequenceTrack', () => {
  it('counts what a set of all numbers and a receiver for each window count', () => {
    fc.assert(
      fc.property(stream, (numbers) => {
        fc.pre(numbers.length > 0);
        const result = track(numbers);
        const seen = new Set<number>();
        let high = -1;
        let reordered = 0;
        let duplicates = 0;
        let distance = 0;
        const receivers = [32, 64, 128, 1024].map((size) => new Receiver(size));
        for (const number of numbers) {
          if (seen.has(number)) duplicates++;
          else if (number < high) {
            reordered++;
            distance = Math.max(distance, high - number);
          }
          seen.add(number);
          high = Math.max(high, number);
          for (const receiver of receivers) receiver.take(number);
        }
        expect({
          first: result.first,
          last: result.last,
          highest: result.highest,
          lost: result.lost,
          reordered: result.reordered,
          duplicates: result.duplicates,
          distance: result.maxDistance,
          drops: [result.dropped32, result.dropped64, result.dropped128, result.dropped1024],
          restarts: result.restarts,
          untold: result.untold,
        }).toEqual({
          first: numbers[0],
          last: numbers.at(-1),
          highest: high,
          lost: high - Math.min(...numbers) + 1 - seen.size,
          reordered,
          duplicates,
          distance,
          drops: receivers.map(({ dropped }) => dropped),
          restarts: 0,
          untold: 0,
        });
      }),
      { numRuns: 400 },
    );
  });

  // RFC 4303 §3.4.3: with right edge R a window of W covers R - W + 1 to R.
  const edges: readonly (readonly [string, number, readonly number[]])[] = [
    ['inside 32', 31, [0, 0, 0, 0]],
    ['left of 32', 32, [1, 0, 0, 0]],
    ['inside 64', 63, [1, 0, 0, 0]],
    ['left of 64', 64, [1, 1, 0, 0]],
    ['inside 128', 127, [1, 1, 0, 0]],
    ['left of 128', 128, [1, 1, 1, 0]],
    ['inside 1024', 1023, [1, 1, 1, 0]],
    ['left of 1024', 1024, [1, 1, 1, 1]],
  ];
  it.each(edges)('judges a packet %s', (_, behind, drops) => {
    const late = 9000 - behind;
    const { dropped32, dropped64, dropped128, dropped1024, maxDistance, lost } = track([
      ...range(5000, 9000).filter((n) => n !== late),
      late,
    ]);
    expect([dropped32, dropped64, dropped128, dropped1024]).toEqual(drops);
    expect(maxDistance).toBe(behind);
    expect(lost).toBe(0);
  });

  it('follows the number over 2^32', () => {
    const result = track([0xfffffffd, 0xfffffffe, 0xffffffff, 0, 1, 3, 0xfffffffc, 2]);
    expect(result).toMatchObject({ wraps: 1, lost: 0, reordered: 2, duplicates: 0, restarts: 0, highest: 2 ** 32 + 3 });
  });

  it('follows the number over 2^32 when packets are lost at the border', () => {
    const result = track([0xfffffff0, 0xfffffff5, 4]);
    expect(result).toMatchObject({ wraps: 1, lost: 4 + 14, highest: 2 ** 32 + 4 });
  });

  it('wraps twice', () => {
    const middle = range(1, 512).map((n) => (n * 2 ** 23) >>> 0);
    const result = track([0xffffffff, 0, ...middle, 5, 6]);
    expect(result).toMatchObject({ wraps: 2, restarts: 0, highest: 2 * 2 ** 32 + 6 });
  });

  it('sees a sender that began again', () => {
    const result = track([...range(1, 10), 15, ...range(1, 5)]);
    expect(result).toMatchObject({ restarts: 1, lost: 4, duplicates: 0, reordered: 0, highest: 15, last: 5 });
  });

  it('sees a sender that began again though its first packets were lost', () => {
    expect(track([...range(20_000, 20_010), 3, 4, 6, 7])).toMatchObject({ restarts: 1, lost: 1, duplicates: 0, reordered: 0 });
  });

  it('does not take a few late packets at the beginning for a restart', () => {
    expect(track([4, 5, 6, 1, 2, 3, 7])).toMatchObject({ restarts: 0, lost: 0, reordered: 3 });
    expect(track([...range(4, 40), 1, 2, 3, 41])).toMatchObject({ restarts: 0, lost: 0, reordered: 3 });
  });

  it('does not take single copies of early packets for a restart', () => {
    expect(track([...range(1, 100), 1, 101, 2, 102, 5, 103])).toMatchObject({ restarts: 0, duplicates: 3, lost: 0, highest: 103 });
    expect(track([...range(1, 100), 1, 2])).toMatchObject({ restarts: 0, duplicates: 2, lost: 0 });
  });

  it('does not take a capture appended to itself for a restart: its clock goes back', () => {
    const result = new SequenceTrack();
    range(1, 50).forEach((number, i) => {
      result.observe(number, i + 1, 0.001, MANY);
    });
    result.observe(1, 51, -1, MANY);
    range(2, 50).forEach((number, i) => {
      result.observe(number, i + 52, 0.001, MANY);
    });
    expect(result).toMatchObject({ restarts: 0, duplicates: 50 });
  });

  it('quotes the first frames that were duplicates or left of a window of 64', () => {
    const result = track([...range(100, 110), 110, ...range(112, 190), 111]);
    expect(result.lateFrames).toEqual([12, 92]);
    expect(track([1000, ...range(0, 20).map(() => 1000)]).lateFrames).toHaveLength(8);
  });

  it('tells how many latecomers it could not place when there were more holes than it may remember', () => {
    const odd = range(0, 199).map((n) => 10_001 + 2 * n);
    const result = track([...odd, 10_002, 10_398], 0.001, 16);
    expect(result.untold).toBe(1);
    expect(result.reordered).toBe(2);
    expect(result.duplicates).toBe(0);
    expect(result.lost).toBe(198);
    expect(result.holes).toBeLessThanOrEqual(16);
  });

  it('stands any sequence of numbers', () => {
    const number = fc.oneof(
      fc.integer({ min: 0, max: 40 }),
      fc.integer({ min: 0, max: 0xffffffff }),
      fc.integer({ min: 0xfffffff0, max: 0xffffffff }),
    );
    fc.assert(
      fc.property(fc.array(number, { minLength: 1, maxLength: 200 }), (numbers) => {
        const result = track(numbers, 0.001, 8);
        expect(result.lost).toBeGreaterThanOrEqual(0);
        expect(Number.isSafeInteger(result.highest)).toBe(true);
        expect(result.holes).toBeLessThanOrEqual(8);
      }),
    );
  });
});
