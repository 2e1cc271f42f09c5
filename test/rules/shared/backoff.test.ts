import { describe, expect, it } from 'vitest';
import { backoffOf } from '../../../src/rules/shared/backoff.js';

describe('backoffOf', () => {
  it.each([
    { intervals: [0.5, 1, 2], stack: 'libreswan' },
    { intervals: [4.01, 7.19, 13.0], stack: 'strongSwan' },
    { intervals: [10, 20], stack: 'Openswan' },
    { intervals: [8, 8], stack: 'Cisco ASA' },
    { intervals: [10, 10, 10], stack: 'Cisco IOS' },
    { intervals: [1.02, 2, 4.1], stack: 'Windows' },
  ])('$intervals: $stack', ({ intervals, stack }) => {
    expect(backoffOf(intervals)).toContain(stack);
  });

  it.each([{ intervals: [] }, { intervals: [4] }, { intervals: [3, 3] }, { intervals: [8, 8, 8, 8] }])(
    '$intervals: nobody known',
    ({ intervals }) => {
      expect(backoffOf(intervals)).toBeUndefined();
    },
  );
});
