import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SequenceGaps } from '../../../src/dissect/sa/sequence-gaps.js';

const MANY = 1000;

describe('SequenceGaps', () => {
  it('fills a hole from either end and in the middle', () => {
    const gaps = new SequenceGaps();
    gaps.append(10, 19, MANY);
    expect(gaps.missing).toBe(10);
    expect(gaps.fill(10, MANY)).toBe(true);
    expect(gaps.fill(19, MANY)).toBe(true);
    expect(gaps.fill(15, MANY)).toBe(true);
    expect(gaps.holes).toBe(2);
    expect([9, 10, 15, 19, 20].map((number) => gaps.has(number))).toEqual([false, false, false, false, false]);
    expect([11, 14, 16, 18].map((number) => gaps.has(number))).toEqual([true, true, true, true]);
    expect(gaps.missing).toBe(7);
    expect(gaps.fill(15, MANY)).toBe(false);
  });

  it('agrees with a set, whatever is appended and filled', () => {
    const step = fc.record({
      skip: fc.integer({ min: 1, max: 30 }),
      hole: fc.integer({ min: 1, max: 6 }),
      back: fc.integer({ min: 0, max: 60 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const gaps = new SequenceGaps();
        const missing = new Set<number>();
        let top = 1000;
        for (const { skip, hole, back } of steps) {
          gaps.append(top + skip, top + skip + hole - 1, MANY);
          for (let i = 0; i < hole; i++) missing.add(top + skip + i);
          top += skip + hole;
          expect(gaps.fill(top - back, MANY)).toBe(missing.delete(top - back));
          expect(gaps.missing).toBe(missing.size);
        }
        for (let number = 990; number < top + 5; number++) expect(gaps.has(number)).toBe(missing.has(number));
      }),
    );
  });

  it('writes off the older half when there are too many holes and says up to where', () => {
    const gaps = new SequenceGaps();
    for (let i = 1; i <= 9; i++) gaps.append(i * 10, i * 10 + 1, 8);
    expect(gaps.holes).toBeLessThanOrEqual(8);
    expect(gaps.missing).toBe(18);
    expect(gaps.forgottenTo).toBeGreaterThanOrEqual(10);
    expect(gaps.fill(10, 8)).toBe(false);
    expect(gaps.fill(90, 8)).toBe(true);
    expect(gaps.missing).toBe(17);
  });

  it('never holds more holes than allowed and never counts below zero', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 }), fc.integer({ min: 2, max: 6 }), (numbers, limit) => {
        const gaps = new SequenceGaps();
        gaps.append(0, 400, limit);
        let filled = 0;
        for (const number of numbers) if (gaps.fill(number, limit)) filled++;
        expect(gaps.holes).toBeLessThanOrEqual(limit);
        expect(gaps.missing).toBe(401 - filled);
      }),
    );
  });

  it('takes a hole below all others', () => {
    const gaps = new SequenceGaps();
    gaps.append(50, 52, MANY);
    gaps.prepend(10, 20, MANY);
    expect(gaps.missing).toBe(14);
    expect(gaps.fill(10, MANY)).toBe(true);
    expect(gaps.fill(51, MANY)).toBe(true);
    expect(gaps.has(50)).toBe(true);
    expect(gaps.has(21)).toBe(false);
  });
});
