import { describe, expect, it } from 'vitest';
import { count, listenedAfter, seconds, span } from '../../../src/rules/shared/clock.js';
import { at, capture } from '../../support/facts.js';

describe('clock', () => {
  it('counts seconds over the border of one, either way', () => {
    expect(seconds(at(0.9), at(2.1))).toBeCloseTo(1.2, 6);
    expect(seconds(at(2), at(1))).toBe(-1);
  });

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

  it('counts things', () => {
    expect(count(1, 'packet')).toBe('1 packet');
    expect(count(0, 'packet')).toBe('0 packets');
    expect(count(2, 'reply', 'replies')).toBe('2 replies');
  });
});
