import { expect, it } from 'vitest';
import { refusalsOf } from '../../../src/engine/ike/refusals.js';
import * as v1 from '../../../src/engine/ikev1/refusals.js';
import * as v2 from '../../../src/engine/ikev2/refusals.js';

const { refusal, refusedByNotify, exchangeName, notifyName } = refusalsOf({
  exchanges: { 1: 'Greeting' },
  notifies: { 7: 'NOT_TODAY', 8: 'NEVER' },
  meanings: { 7: 'the peer is tired' },
  codes: { 8: 'go-away' },
});

it.each([
  [7, 'not-today', 'the peer is tired', 'NOT_TODAY'],
  [8, 'go-away', 'the peer refused with NEVER', 'NEVER'],
  [9, 'notify-9', 'the peer refused with unknown (9)', 'unknown (9)'],
])('notify %i', (type, code, text, notify) => {
  expect(refusedByNotify(type, 1, { ours: 'a' })).toEqual({ code, by: 'peer', exchange: 'Greeting', text, ours: 'a', notify });
});

it('our own have the notify that tells the peer, where there is one', () => {
  expect(refusal('odd', 'us', 2, 'because', { theirs: 'b', notify: 7 })).toEqual({
    code: 'odd',
    by: 'us',
    exchange: 'unknown (2)',
    text: 'because',
    theirs: 'b',
    notify: 'NOT_TODAY',
  });
  expect(refusal('odd', 'us', 1, 'because')).not.toHaveProperty('notify');
  expect([exchangeName(1), notifyName(8)]).toEqual(['Greeting', 'NEVER']);
});

it('both versions say the same of the same', () => {
  const of = (one: { readonly code: string; readonly text: string }) => [one.code, one.text];
  expect(of(v1.refusedByNotify(14, 2))).toEqual(of(v2.refusedByNotify(14, 34)));
});
