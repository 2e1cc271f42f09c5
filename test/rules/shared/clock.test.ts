import { describe, expect, it } from 'vitest';
import { listenedAfter, span } from '../../../src/rules/shared/clock.js';
import { at, capture } from '../../support/facts.js';

describe('clock', () => {
  it('knows how long the capture went on', () => {
    expect(listenedAfter(capture({}, 60), at(20))).toBe(40);
    const { lastTime: _, ...empty } = capture();
    expect(listenedAfter(empty, at(20))).toBe(0);
  });

  it.each([
    { duration: 0.4444, text: '0.4 s' },
    { duration: 3, text: '3 s' },
    { duration: 59.6, text: '60 s' },
    { duration: 300, text: '5 min' },
  ])('$duration is $text', ({ duration, text }) => {
    expect(span(duration)).toBe(text);
  });
});
