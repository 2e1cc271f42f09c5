import { expect, it } from 'vitest';
import { findMatches } from '../../src/wire/lz-matches.js';

const found = (text: string, maxDistance = 100, tail = 0) => {
  const input = Buffer.from(text);
  const matches: number[][] = [];
  const rest = findMatches(input, maxDistance, input.length, tail, (...match) => matches.push(match));
  return { matches, rest };
};

it.each([
  ['abcdefgh', 100, 0, [], 0],
  ['abcdXabcdY', 100, 0, [[0, 5, 4, 5]], 9],
  // Four bytes at least, no further back than allowed, and not into the tail.
  ['abcXabcY', 100, 0, [], 0],
  ['abcdXabcdY', 4, 0, [], 0],
  ['ZZabcdXabcdY', 5, 0, [[0, 7, 4, 5]], 11],
  ['abcdXabcde', 100, 2, [], 0],
  // A match may reach into itself.
  ['aaaaaaaa', 100, 0, [[0, 1, 7, 1]], 8],
  ['', 100, 0, [], 0],
])('%j within %i, %i at the end', (text, maxDistance, tail, matches, rest) => {
  expect(found(text, maxDistance, tail)).toEqual({ matches, rest });
});
