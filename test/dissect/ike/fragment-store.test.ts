import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FragmentPiece, FragmentStore } from '../../../src/dissect/ike/fragment-store.js';

function piece(number: number, total: number | undefined, over: Partial<FragmentPiece> = {}): FragmentPiece {
  const base = {
    session: 1,
    fromInitiator: true,
    response: false,
    messageId: 1,
    kind: 'skf',
    set: 0,
    frame: 10 + number,
    length: 500,
  } as const;
  return { ...base, number, content: Uint8Array.of(number, number), ...(total === undefined ? {} : { total }), ...over };
}

describe('FragmentStore', () => {
  it('puts fragments together in order of their numbers, whatever order they came in', () => {
    const store = new FragmentStore();
    expect(store.add(piece(3, 3))).toBe('waiting');
    expect(store.add(piece(1, 3))).toBe('waiting');
    expect(store.add(piece(2, 3))).toEqual({ frames: [11, 12, 13], length: 1500, content: Buffer.from([1, 1, 2, 2, 3, 3]) });
    expect(store.incomplete().has(1)).toBe(false);
  });

  it('counts and completes without contents when there is no key', () => {
    const store = new FragmentStore();
    const bare = ({ content: _, ...rest }: FragmentPiece): FragmentPiece => rest;
    store.add(bare(piece(1, 2)));
    expect(store.add(bare(piece(2, 2)))).toEqual({ frames: [11, 12], length: 1000 });
  });

  it('knows copies, before and after the message is whole', () => {
    const store = new FragmentStore();
    store.add(piece(1, 2));
    expect(store.add(piece(1, 2, { frame: 99 }))).toBe('duplicate');
    expect(store.add(piece(2, 2))).toMatchObject({ frames: [11, 12] });
    expect(store.add(piece(2, 2))).toBe('duplicate');
  });

  it('IKEv1: only the last fragment tells the number of them', () => {
    const store = new FragmentStore();
    const v1 = { kind: 'cisco', set: 7, messageId: 0 } as const;
    store.add(piece(1, undefined, v1));
    expect(store.incomplete().get(1)).toEqual([{ frame: 11, kind: 'cisco', messageId: 0, fromInitiator: true, have: 1 }]);
    store.add(piece(3, 3, v1));
    expect(store.incomplete().get(1)).toMatchObject([{ have: 2, total: 3 }]);
    expect(store.add(piece(2, undefined, v1))).toMatchObject({ frames: [11, 12, 13] });
  });

  it('a second try with more, smaller fragments starts anew; one with fewer is refused', () => {
    const store = new FragmentStore();
    store.add(piece(1, 2));
    expect(store.add(piece(1, 4))).toBe('waiting');
    expect(store.add(piece(2, 2))).toBe('refused');
    for (const n of [2, 3]) store.add(piece(n, 4));
    expect(store.add(piece(4, 4))).toMatchObject({ frames: [11, 12, 13, 14] });
  });

  it('keeps directions, replies, sessions and sets apart', () => {
    const store = new FragmentStore();
    for (const over of [{}, { fromInitiator: false }, { response: true }, { session: 2 }, { set: 1 }, { messageId: 2 }]) {
      expect(store.add(piece(1, 2, over))).toBe('waiting');
    }
    expect(store.incomplete().get(2)).toHaveLength(1);
  });

  it.each([
    [0, 2],
    [3, 2],
    [1, 257],
    [257, undefined],
  ])('refuses number %d of %s', (number, total) => expect(new FragmentStore().add(piece(number, total))).toBe('refused'));

  it('forgets the set that waited longest when there are too many sets or bytes', () => {
    const store = new FragmentStore({ sets: 2 });
    for (const messageId of [1, 2, 3]) store.add(piece(1, 2, { messageId }));
    expect(
      store
        .incomplete()
        .get(1)
        ?.map((set) => set.messageId),
    ).toEqual([2, 3]);
    const small = new FragmentStore({ bytes: 5 });
    for (const messageId of [1, 2, 3]) small.add(piece(1, 2, { messageId }));
    expect(
      small
        .incomplete()
        .get(1)
        ?.map((set) => set.messageId),
    ).toEqual([2, 3]);
  });

  it('any permutation with copies gives the whole exactly once', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([1, 2, 3, 4, 1, 2, 3, 4], { minLength: 8 }), (order) => {
        const store = new FragmentStore();
        const wholes = order.map((n) => store.add(piece(n, 4))).filter((result) => typeof result === 'object');
        expect(wholes).toHaveLength(1);
        expect(wholes[0]).toMatchObject({ frames: [11, 12, 13, 14] });
      }),
    );
  });
});
