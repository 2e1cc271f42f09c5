import { describe, expect, it } from 'vitest';
import { refusedAtTheEnd } from '../../../src/engine/ikev1/refusals.js';
import { NOTIFY_V1 } from '../../../src/wire/ike/tables/notify-v1.js';

describe('what a peer says encrypted, in place of the end of phase 1', () => {
  it.each([
    ['INVALID-ID-INFORMATION', 'authentication-failed', /our identity$/],
    ['INVALID-KEY-INFORMATION', 'authentication-failed', /another public key for us/],
    ['INVALID-CERT-AUTHORITY', 'authentication-failed', /authority of our certificate/],
    ['AUTHENTICATION-FAILED', 'authentication-failed', /did not accept our authentication/],
    ['NO-PROPOSAL-CHOSEN', 'no-proposal-chosen', /none of our proposals/],
  ] as const)('%s', (name, code, text) => {
    const why = refusedAtTheEnd(NOTIFY_V1[name], 5, 'identity "client.example", main mode');
    expect(why).toMatchObject({ code, by: 'peer', exchange: 'Informational', notify: name, ours: 'identity "client.example", main mode' });
    expect(why.text).toMatch(text);
  });
});
