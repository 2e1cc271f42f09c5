import { describe, expect, it } from 'vitest';
import { Secret } from '../../../../src/bytes/secret.js';
import { judgeEap, proveEap } from '../../../../src/engine/ikev2/authentication/eap-key.js';
import { sharedKeyMac } from '../../../../src/engine/ikev2/authentication/shared-key.js';
import { fqdn, octetsOf } from './octets.js';

const octets = octetsOf(fqdn('client'));
const msk = new Secret(new Uint8Array(64).fill(3));

describe('AUTH after EAP', () => {
  it.each([
    ['with an MSK', msk, msk.reveal()],
    ['with SK_p where the method makes no key (RFC 7296 §2.16)', undefined, octets.skP],
  ])('%s', (_, key, secret) => {
    const { auth } = proveEap(octets, key);
    expect(auth).toEqual({ method: 2, data: sharedKeyMac(octets, secret) });
    expect(judgeEap(auth, octets, key).verdict).toBe('valid');
  });

  it('with another key is refused in words', () => {
    const verdict = judgeEap(proveEap(octets, undefined).auth, octets, msk);
    expect(verdict.refusal).toMatchObject({ code: 'eap-key-mismatch', ours: 'the MSK of 64 bytes that EAP made' });
  });

  it('by another method is refused', () => {
    expect(judgeEap({ method: 1, data: new Uint8Array(256) }, octets, msk).refusal).toMatchObject({
      code: 'method-not-allowed',
      theirs: 'RSA Digital Signature',
    });
  });
});
