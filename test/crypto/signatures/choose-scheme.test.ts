import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { chooseSignatureScheme } from '../../../src/crypto/signatures/choose-scheme.js';

const keys = {
  rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
  p256: generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey,
  p384: generateKeyPairSync('ec', { namedCurve: 'secp384r1' }).privateKey,
  p521: generateKeyPairSync('ec', { namedCurve: 'secp521r1' }).privateKey,
  brainpool: generateKeyPairSync('ec', { namedCurve: 'brainpoolP512r1' }).privateKey,
  ed25519: generateKeyPairSync('ed25519').privateKey,
  dsa: generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }).privateKey,
};
const all = [5, 4, 3, 2, 1];

describe('what we sign with', () => {
  const rows: readonly (readonly [keyof typeof keys, readonly number[] | undefined, boolean, string])[] = [
    ['rsa', all, false, 'RSA with SHA2-256'],
    ['rsa', all, true, 'RSASSA-PSS with SHA2-256'],
    ['rsa', [1, 4], true, 'RSASSA-PSS with SHA2-512'],
    ['rsa', [1], false, 'RSA with SHA-1'],
    ['rsa', undefined, true, 'RSA Digital Signature'],
    // A list without one that fits leaves the old way.
    ['rsa', [5], true, 'RSA Digital Signature'],
    ['p256', all, false, 'ECDSA with SHA2-256'],
    ['p384', all, false, 'ECDSA with SHA2-384'],
    ['p521', all, false, 'ECDSA with SHA2-512'],
    ['p521', [2, 3], false, 'ECDSA with SHA2-384'],
    ['brainpool', all, false, 'ECDSA with SHA2-512'],
    ['p256', undefined, false, 'ECDSA with SHA-256 on the P-256 curve'],
    ['p384', undefined, false, 'ECDSA with SHA-384 on the P-384 curve'],
    ['p521', [], false, 'ECDSA with SHA-512 on the P-521 curve'],
    ['ed25519', all, false, 'Ed25519'],
    ['dsa', undefined, false, 'DSS Digital Signature'],
    ['dsa', [1, 2], false, 'DSA with SHA2-256'],
  ];
  for (const [key, hashes, pss, expected] of rows) {
    it(`${key}, peer announces ${hashes === undefined ? 'nothing' : `[${hashes.join(' ')}]`}${pss ? ', PSS wanted' : ''}: ${expected}`, () => {
      expect(chooseSignatureScheme(keys[key], hashes, { pss })).toMatchObject({ ok: true, scheme: { name: expected } });
    });
  }

  it('nothing that fits: says what ours is and what the peer takes', () => {
    expect(chooseSignatureScheme(keys.ed25519, [2, 3, 9], { pss: false })).toEqual({
      ok: false,
      reason:
        'nothing to sign with: ours is an Ed25519 key, the peer announced the hashes SHA2-256, SHA2-384, unknown (9) only; such a key needs a peer that announces Identity (RFC 8420 §2)',
    });
    expect(chooseSignatureScheme(keys.brainpool, undefined, { pss: false })).toEqual({
      ok: false,
      reason:
        'nothing to sign with: ours is an ECDSA key on brainpoolP512r1, the peer announced no SIGNATURE_HASH_ALGORITHMS; such a key needs a peer that knows RFC 7427',
    });
    expect(chooseSignatureScheme(keys.brainpool, [], { pss: false })).toMatchObject({
      reason: expect.stringContaining('the hashes of an empty list only'),
    });
  });

  it('a scheme by name is taken as it is, if the key fits', () => {
    expect(chooseSignatureScheme(keys.rsa, [], { pss: false, scheme: 'RSASSA-PSS with SHA2-384' })).toMatchObject({
      ok: true,
      scheme: { name: 'RSASSA-PSS with SHA2-384' },
    });
    expect(chooseSignatureScheme(keys.rsa, all, { pss: false, scheme: 'Ed25519' })).toMatchObject({
      ok: false,
      reason: 'Ed25519 needs a key of its own kind, this is an RSA key of 2048 bits',
    });
    expect(chooseSignatureScheme(keys.rsa, all, { pss: false, scheme: 'RSA' })).toMatchObject({ reason: 'no signature is called "RSA"' });
  });
});
