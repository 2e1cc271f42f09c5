import { describe, expect, it } from 'vitest';
import { searchAccepted } from '../../../src/services/probe/scan-search.js';

/** A peer that accepts some of the numbers 0 to n - 1, and counts what it is asked. */
function peer(n: number, accepted: readonly number[], silent: (set: readonly number[]) => boolean = () => false) {
  let questions = 0;
  return {
    candidates: Array.from({ length: n }, (_, i) => i),
    accepts: async (set: readonly number[]) => {
      questions++;
      return silent(set) ? undefined : set.some((one) => accepted.includes(one));
    },
    get questions() {
      return questions;
    },
  };
}

describe('searchAccepted', () => {
  it.each([
    [0, []],
    [1, [0]],
    [1, []],
    [2, [1]],
    [32, [0, 31]],
    [32, [5]],
    [7, [0, 1, 2, 3, 4, 5, 6]],
    [33, [3, 4, 17, 32]],
  ])('of %i finds %j', async (n, accepted) => {
    const one = peer(n, accepted);
    expect(await searchAccepted(one.candidates, one.accepts)).toEqual({ accepted, unknown: [] });
    expect(one.questions).toBeLessThanOrEqual(1 + accepted.length * 2 * Math.ceil(Math.log2(Math.max(n, 2))));
  });

  it('asks one question when there is nothing to be found', async () => {
    const one = peer(64, []);
    await searchAccepted(one.candidates, one.accepts);
    expect(one.questions).toBe(1);
  });

  it('says of what nothing is known, and concludes nothing from it', async () => {
    const one = peer(8, [6], (set) => set.length === 4 && set[0] === 0);
    const { accepted, unknown } = await searchAccepted(one.candidates, one.accepts);
    expect([accepted, unknown]).toEqual([[6], [0, 1, 2, 3]]);
  });
});
