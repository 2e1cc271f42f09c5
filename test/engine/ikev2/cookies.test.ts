import { expect, it } from 'vitest';
import { Cookies } from '../../../src/engine/ikev2/cookies.js';
import { seededBytes } from '../../support/seeded-random.js';

const claim = { nonce: new Uint8Array(32).fill(1), spiI: new Uint8Array(8).fill(2), address: '192.0.2.1' };

it('a cookie is good for its initiator, for a minute or two', () => {
  const cookies = new Cookies(seededBytes(1), 0);
  const cookie = cookies.make(claim, 1000);
  expect(cookie.length).toBeLessThanOrEqual(64);
  for (const now of [1000, 59_000, 61_000, 119_000]) expect(cookies.check(cookie, claim, now), `${now}`).toBe(true);
  expect(cookies.check(cookie, claim, 181_000)).toBe(false);
});

it.each<[string, Partial<typeof claim>]>([
  ['address', { address: '192.0.2.2' }],
  ['family', { address: '2001:db8::1' }],
  ['nonce', { nonce: new Uint8Array(32) }],
  ['SPI', { spiI: new Uint8Array(8) }],
])('a cookie is bound to the %s', (_, other) => {
  const cookies = new Cookies(seededBytes(1), 0);
  expect(cookies.check(cookies.make(claim, 0), { ...claim, ...other }, 0)).toBe(false);
});

it.each([0, 1, 32, 33, 64, 200])('%i bytes that are no cookie are none', (length) => {
  expect(new Cookies(seededBytes(1), 0).check(new Uint8Array(length), claim, 0)).toBe(false);
});

it('after a long silence old secrets are gone', () => {
  const cookies = new Cookies(seededBytes(1), 0);
  const cookie = cookies.make(claim, 0);
  expect(cookies.check(cookie, claim, 1_000_000)).toBe(false);
});
