import { expect, it } from 'vitest';
import { openvpnHappeningText } from '../../src/report/openvpn-serve-line.js';

it('a client that says no more, with what is suspected', () => {
  const words = openvpnHappeningText({ session: 1, at: 0, kind: 'fallen-silent', milliseconds: 3004, suspected: 'it does not take it' });
  expect(words).toMatchObject({ text: 'silent for 3 s since our ServerHello and certificate: it does not take it', tone: 'bad' });
});

it.each([
  ['anna', true, 'user "anna" is let in'],
  ['anna', false, 'user "anna" is refused'],
  ['', false, 'no user name came, and users are asked for one: refused'],
])('user %j, accepted %j', (username, accepted, text) => {
  expect(openvpnHappeningText({ session: 1, at: 0, kind: 'credentials', username, accepted })?.text).toBe(text);
});
