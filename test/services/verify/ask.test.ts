import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { askYesNo } from '../../../src/services/verify/ask.js';

it.each([
  ['y\n', true],
  ['Yes \n', true],
  ['n\n', false],
  ['\n', false],
  ['yes please\n', false],
  ['\x03', false],
  ['\x04', false],
] as const)('%j is %s', async (typed, expected) => {
  const [input, output] = [new PassThrough(), Object.assign(new PassThrough(), { isTTY: true })];
  const answer = askYesNo('Apply this? ', input, output);
  input.write(typed);
  expect(await answer).toBe(expected);
  expect(output.read().toString()).toContain('Apply this?');
});

it('the end of the input is a no', async () => {
  const input = new PassThrough();
  const answer = askYesNo('Apply this? ', input, new PassThrough());
  input.end();
  expect(await answer).toBe(false);
});
