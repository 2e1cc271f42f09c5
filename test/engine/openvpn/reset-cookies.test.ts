import { expect, it } from 'vitest';
import { ResetCookies } from '../../../src/engine/openvpn/reset-cookies.js';
import { seededBytes } from '../../support/seeded-random.js';

const remote = { address: '192.0.2.1', port: 1194 };

it('a session id is good for this client, from there, for half a minute at least and a minute at most', () => {
  const cookies = new ResetCookies(seededBytes(1));
  const id = cookies.make(7n, remote, 29_999);
  expect(cookies.make(7n, remote, 0)).toBe(id);
  expect(cookies.check(id, 7n, remote, 59_999)).toBe(true);
  expect(cookies.check(id, 7n, remote, 60_000)).toBe(false);
  expect(cookies.check(id, 8n, remote, 1000)).toBe(false);
  expect(cookies.check(id, 7n, { ...remote, port: 1195 }, 1000)).toBe(false);
  expect(cookies.check(id, 7n, { ...remote, address: '192.0.2.2' }, 1000)).toBe(false);
  expect(cookies.check(id + 1n, 7n, remote, 1000)).toBe(false);
  expect(new ResetCookies(seededBytes(2)).check(id, 7n, remote, 1000)).toBe(false);
});
