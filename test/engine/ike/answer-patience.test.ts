import { expect, it } from 'vitest';
import { answerPatience } from '../../../src/engine/ike/answer-patience.js';

it.each([
  [{ first: 500, factor: 2, tries: 1 }, 500],
  [{ first: 500, factor: 2, tries: 4 }, 7500],
  [{ first: 400, factor: 1.5, tries: 3 }, 1900],
])('%o: %d ms', (retransmit, milliseconds) => expect(answerPatience(retransmit)).toBe(milliseconds));
