import { expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import { asksForWrappedKey, knowsEarlyNegotiation, WRAPPED_KEY_AGAIN } from '../../../src/engine/openvpn/early-negotiation.js';

it.each<[string, boolean]>([
  ['', false],
  ['000100020001', true],
  ['000100020003', true],
  ['000100020000', false],
  ['0002000401020304000100020001', true],
  ['00010002', false],
  ['0001000200', false],
  ['0001ffff0001', false],
  ['ff', false],
])('%s: the wrapped key again: %s', (hex, again) => expect(asksForWrappedKey(fromHex(hex))).toBe(again));

it('what we send is what we read', () => expect(asksForWrappedKey(WRAPPED_KEY_AGAIN)).toBe(true));

it.each([
  [0x0f00_0001, true],
  [0x0fff_ffff, true],
  [1, false],
  [0x1f00_0001, false],
])('packet id %d', (packetId, knows) => expect(knowsEarlyNegotiation({ packetId, time: 0 })).toBe(knows));
