import { expect, it } from 'vitest';
import { openvpnHappeningText } from '../../src/report/openvpn-serve-line.js';

it.each([
  ['anna', true, 'user "anna" is let in'],
  ['anna', false, 'user "anna" is refused'],
  ['', false, 'no user name came, and users are asked for one: refused'],
])('user %j, accepted %j', (username, accepted, text) => {
  expect(openvpnHappeningText({ session: 1, at: 0, kind: 'credentials', username, accepted })?.text).toBe(text);
});
