import { expect, it } from 'vitest';
import { answered, FRESH_WINDOW, placeOfRequest, replied, requested } from '../../../src/engine/ikev2/window.js';

const reply = (id: number) => ({ id, exchange: 37, datagrams: [] });
const pending = { id: 0, exchange: 34, datagrams: [], sentAt: 0, times: 1, wait: 500 };

it('knows the place of the peer’s requests', () => {
  expect([0, 1].map((id) => placeOfRequest(FRESH_WINDOW, id))).toEqual(['next', 'outside']);
  const second = replied(FRESH_WINDOW, reply(0));
  expect([0, 1, 2].map((id) => placeOfRequest(second, id))).toEqual(['again', 'next', 'outside']);
  expect(placeOfRequest({ ...second, working: true }, 1)).toBe('working');
  expect(placeOfRequest(replied({ ...second, working: true }, reply(1)), 0)).toBe('outside');
});

it('counts our own apart', () => {
  const out = requested(FRESH_WINDOW, pending);
  expect([out.next, out.expected, out.pending?.exchange]).toEqual([1, 0, 34]);
  expect(answered(out)).toEqual({ next: 1, expected: 0, working: false });
});
