import { describe, expect, it } from 'vitest';
import { patternOf, settled } from '../../../src/services/probe/back-off.js';

describe('back-off', () => {
  it.each([
    ['one answer', [0.01], /strongSwan 5, or libreswan 3\.32 or later/],
    ['doubled from half a second', [0.01, 0.52, 1.53, 3.5, 7.6], /libreswan 3 before 3\.32/],
    ['doubled from ten seconds', [0.01, 10.02, 30.1], /Openswan/],
    ['as Openswan 2.6.52 was measured', [0, 10, 30.3], /Openswan/],
    ['every ten seconds', [0.01, 10, 20.1, 30, 40], /racoon/],
    ['every ten seconds, a second late each', [0, 10.9, 21.8, 32.7], /racoon/],
  ])('%s', (_, times, name) => expect(patternOf(times)).toMatch(name));

  it.each([
    ['nothing', []],
    ['nobody does so', [0, 3, 5, 11]],
    ['twice at once', [0, 0.001]],
  ])('%s: nobody known', (_, times) => expect(patternOf(times)).toBeUndefined());

  it('four repetitions are enough', () => {
    expect(settled([0, 10, 20, 30])).toBe(false);
    expect(settled([0, 10, 20, 30, 40])).toBe(true);
  });
});
