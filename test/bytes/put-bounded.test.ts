import { expect, it } from 'vitest';
import { putBounded } from '../../src/bytes/put-bounded.js';

const table = () =>
  new Map([
    ['a', 1],
    ['b', 2],
  ]);

it.each([
  [3, 'c', ['a', 'b', 'c']],
  [2, 'c', ['b', 'c']],
  [2, 'a', ['b', 'a']],
])('at most %i: with %s there are %j', (most, key, left) => {
  const map = table();
  putBounded(map, most, key, 9);
  expect([...map.keys()]).toEqual(left);
  expect(map.get(key)).toBe(9);
});
