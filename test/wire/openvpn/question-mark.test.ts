import { expect, it } from 'vitest';
import { isQuestionSessionId, questionSessionId } from '../../../src/wire/openvpn/question-mark.js';

it('a question is told by the first half of its session id, and two of them by the second', () => {
  const [one, other] = [questionSessionId(0x1122_3344_5566_7788n), questionSessionId(0x1122_3344_5566_7789n)];
  expect([one, other].map(isQuestionSessionId)).toEqual([true, true]);
  expect(one.toString(16)).toBe('7670643f55667788');
  expect(one).not.toBe(other);
  expect(isQuestionSessionId(0x1122_3344_5566_7788n)).toBe(false);
});
