import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isMacOf, sharedKeyMac } from '../../../../src/engine/ikev2/authentication/shared-key.js';
import { signedOctets } from '../../../../src/engine/ikev2/authentication/signed-octets.js';
import { fqdn, octetsOf } from './octets.js';

const hmac = (key: Uint8Array | string, ...parts: readonly (Uint8Array | string)[]) => {
  const run = createHmac('sha256', key);
  for (const part of parts) run.update(part);
  return new Uint8Array(run.digest());
};

describe('sharedKeyMac', () => {
  const octets = octetsOf(fqdn('moon.example'));

  it('is the formula of RFC 7296 §2.15, written out once more', () => {
    const macedId = hmac(octets.skP, octets.idBody);
    const expected = hmac(hmac('secret', 'Key Pad for IKEv2'), octets.realMessage, octets.nonce, macedId);
    expect(new Uint8Array(sharedKeyMac(octets, Buffer.from('secret')))).toEqual(expected);
  });

  it('takes IntAuth behind the rest (RFC 9242 §3.3.2)', () => {
    const intermediate = new Uint8Array(68).fill(9);
    expect(signedOctets({ ...octets, intermediate }).at(-1)).toBe(intermediate);
    expect(sharedKeyMac({ ...octets, intermediate }, octets.skP)).not.toEqual(sharedKeyMac(octets, octets.skP));
  });

  it.each([
    ['secret', { skP: new Uint8Array(32) }],
    ['first message', { realMessage: new Uint8Array(1) }],
    ['nonce', { nonce: new Uint8Array(32) }],
    ['identity', { idBody: new Uint8Array(8) }],
  ])('another %s is another MAC', (_, over) => {
    const secret = Buffer.from('secret');
    expect(isMacOf(sharedKeyMac(octets, secret), octets, secret)).toBe(true);
    expect(isMacOf(sharedKeyMac({ ...octets, ...over }, secret), octets, secret)).toBe(false);
  });

  it('a MAC of another length is none', () => expect(isMacOf(new Uint8Array(3), octets, octets.skP)).toBe(false));
});
