import { expect, it } from 'vitest';
import { count } from '../../src/bytes/count.js';

it('knows one from many', () => {
  expect([0, 1, 2].map((n) => count(n, 'packet'))).toEqual(['0 packets', '1 packet', '2 packets']);
  expect([1, 2].map((n) => count(n, 'reply', 'replies'))).toEqual(['1 reply', '2 replies']);
});
