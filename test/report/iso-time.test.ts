import { describe, expect, it } from 'vitest';
import { isoTime } from '../../src/report/iso-time.js';

describe('isoTime', () => {
  it.each([
    [0, 0, '1970-01-01T00:00:00.000000Z'],
    [1_767_323_045, 123_456_000, '2026-01-02T03:04:05.123456Z'],
    [1_767_323_045, 123_456_789, '2026-01-02T03:04:05.123456789Z'],
    [1_767_323_045, 1, '2026-01-02T03:04:05.000000001Z'],
    [1_767_323_044, 999_999_000, '2026-01-02T03:04:04.999999Z'],
    [0xffffffff, 0, '2106-02-07T06:28:15.000000Z'],
  ])('%d and %d', (sec, nsec, text) => expect(isoTime({ sec, nsec })).toBe(text));
});
