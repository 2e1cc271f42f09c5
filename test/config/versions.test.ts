import { describe, expect, it } from 'vitest';
import { atLeast, compareVersions, olderThan } from '../../src/config/versions.js';

describe('versions', () => {
  it.each([
    ['4.10', '4.9', 1],
    ['3.28', '4.0', -1],
    ['5.9.14', '5.9.8', 1],
    ['6.0', '6.0.0', 0],
    ['2.6.14-0+deb12u2', '2.6.14', 0],
    ['6.0.2rc1', '6.0.2', 0],
    ['nonsense', '1', -1],
  ])('%s and %s', (a, b, expected) => {
    expect(Math.sign(compareVersions(a, b))).toBe(expected);
    expect(Math.sign(compareVersions(b, a))).toBe(expected === 0 ? 0 : -expected);
  });

  it('knows nothing of what is unknown', () => {
    expect([atLeast(undefined, '1'), olderThan(undefined, '9'), atLeast('2.7', '2.7'), olderThan('2.7', '2.7')]).toEqual([
      false,
      false,
      true,
      false,
    ]);
  });
});
