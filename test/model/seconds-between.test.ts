import { expect, it } from 'vitest';
import { secondsBetween } from '../../src/model/seconds-between.js';

it('goes over the border of a second, either way', () => {
  expect(secondsBetween({ sec: 1, nsec: 900_000_000 }, { sec: 3, nsec: 100_000_000 })).toBeCloseTo(1.2, 9);
  expect(secondsBetween({ sec: 3, nsec: 0 }, { sec: 1, nsec: 0 })).toBe(-2);
});
