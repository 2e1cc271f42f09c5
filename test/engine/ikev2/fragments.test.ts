import { describe, expect, it } from 'vitest';
import { addFragment, type Reassembly } from '../../../src/engine/ikev2/fragments.js';

const of = { messageId: 1, response: false };
const piece = (n: number) => Uint8Array.of(n, n);

/** Adds fragments in this order; what comes out at the end. */
function add(places: readonly (readonly [number, number])[], message: typeof of = of) {
  let known: Reassembly | undefined;
  let last: ReturnType<typeof addFragment> | undefined;
  for (const [fragment, total] of places) {
    last = addFragment(known, message, { fragment, total, content: new Uint8Array(0) }, fragment === 1 ? 35 : 0, piece(fragment));
    if (last.kind === 'partial') known = last.reassembly;
  }
  return last;
}

describe('fragments', () => {
  it.each<[string, [number, number][]]>([
    [
      'in order',
      [
        [1, 3],
        [2, 3],
        [3, 3],
      ],
    ],
    [
      'in any order',
      [
        [3, 3],
        [1, 3],
        [2, 3],
      ],
    ],
    [
      'twice',
      [
        [1, 3],
        [1, 3],
        [3, 3],
        [2, 3],
      ],
    ],
    [
      'anew in smaller pieces',
      [
        [1, 2],
        [2, 3],
        [1, 3],
        [3, 3],
      ],
    ],
  ])('make a message when they come %s', (_, places) => {
    expect(add(places)).toEqual({ kind: 'complete', inner: { first: 35, bytes: Uint8Array.of(1, 1, 2, 2, 3, 3) }, fragments: 3 });
  });

  it.each<[string, [number, number][], RegExp]>([
    [
      'twice',
      [
        [1, 2],
        [1, 2],
      ],
      /fragment 1 of 2 came twice/,
    ],
    [
      'from an older, coarser try',
      [
        [1, 3],
        [1, 2],
      ],
      /fragment of 2/,
    ],
    ['of too many', [[1, 65]], /64 at most/],
  ])('are refused %s', (_, places, reason) => {
    const last = add(places);
    expect(last?.kind === 'refused' && last.reason).toMatch(reason);
  });

  it('of another message begin anew', () => {
    const first = addFragment(undefined, of, { fragment: 1, total: 2, content: new Uint8Array(0) }, 35, piece(1));
    const known = first.kind === 'partial' ? first.reassembly : undefined;
    const other = addFragment(known, { ...of, messageId: 2 }, { fragment: 2, total: 2, content: new Uint8Array(0) }, 0, piece(2));
    expect(other.kind === 'partial' && [...other.reassembly.pieces.keys()]).toEqual([2]);
  });

  it('are bounded in all', () => {
    let known: Reassembly | undefined;
    const big = new Uint8Array(40_000);
    for (const fragment of [1, 2]) {
      const added = addFragment(known, of, { fragment, total: 3, content: big }, 35, big);
      if (added.kind === 'partial') known = added.reassembly;
      else expect(added).toMatchObject({ kind: 'refused' });
    }
    expect(known?.length).toBe(40_000);
  });
});
