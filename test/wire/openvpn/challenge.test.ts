import { describe, expect, it } from 'vitest';
import { answerDynamic, answerIn, answerStatic, readDynamicChallenge } from '../../../src/wire/openvpn/challenge.js';

describe('a question asked by refusing', () => {
  const challenge = readDynamicChallenge('AUTH_FAILED,CRV1:R,E:Om01u7Fh4LrGBS7uh0SWmzwabUiGiW6l:Y3Ix:Please enter token PIN: now');

  it('is read', () => {
    expect(challenge).toEqual({
      flags: 'R,E',
      state: 'Om01u7Fh4LrGBS7uh0SWmzwabUiGiW6l',
      username: 'cr1',
      question: 'Please enter token PIN: now',
    });
  });

  it('is answered in place of the password', () => {
    if (challenge !== undefined) expect(answerDynamic(challenge, '8675309')).toBe('CRV1::Om01u7Fh4LrGBS7uh0SWmzwabUiGiW6l::8675309');
  });

  it.each(['AUTH_FAILED', 'AUTH_FAILED,no such user', 'CRV1:R:only'])('%s is none', (line) => {
    expect(readDynamicChallenge(line)).toBeUndefined();
  });
});

it('a question of the configuration is answered beside the password', () => {
  expect(answerStatic('secret', '123456')).toBe('SCRV1:c2VjcmV0:MTIzNDU2');
});

it.each([
  ['SCRV1:c2VjcmV0:MTIzNDU2', 'static'],
  ['CRV1::state::123456', 'dynamic'],
  ['secret', undefined],
  ['SCRV1', undefined],
])('%s', (password, kind) => {
  expect(answerIn(password)).toBe(kind);
});
