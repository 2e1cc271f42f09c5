import { describe, expect, it } from 'vitest';
import { FirstAndLast } from '../../../src/dissect/ike/first-and-last.js';

describe('FirstAndLast', () => {
  const rows: readonly (readonly [number, readonly number[], number])[] = [
    [0, [], 0],
    [3, [0, 1, 2], 0],
    [6, [0, 1, 2, 3, 4, 5], 0],
    [7, [0, 1, 2, 4, 5, 6], 1],
    [11, [0, 1, 2, 8, 9, 10], 5],
    [12, [0, 1, 2, 9, 10, 11], 6],
  ];
  it.each(rows)('%d entries with a limit of 6', (count, kept, dropped) => {
    const list = new FirstAndLast<number>(6);
    for (let i = 0; i < count; i++) list.push(i);
    expect(list.toArray()).toEqual(kept);
    expect([list.length, list.dropped]).toEqual([kept.length, dropped]);
  });
});
