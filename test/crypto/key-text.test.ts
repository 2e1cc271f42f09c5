import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { curveText, keyText } from '../../src/crypto/key-text.js';

it('keys in words', () => {
  expect(keyText(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey)).toBe('an RSA key of 1024 bits');
  expect(keyText(generateKeyPairSync('rsa-pss', { modulusLength: 1024 }).publicKey)).toBe('an RSA key of 1024 bits for PSS only');
  expect(keyText(generateKeyPairSync('ec', { namedCurve: 'secp384r1' }).publicKey)).toBe('an ECDSA key on P-384');
  expect(keyText(generateKeyPairSync('ec', { namedCurve: 'brainpoolP256r1' }).publicKey)).toBe('an ECDSA key on brainpoolP256r1');
  expect(keyText(generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }).publicKey)).toBe('a DSA key of 1024 bits');
  expect(keyText(generateKeyPairSync('ed25519').publicKey)).toBe('an Ed25519 key');
  expect(keyText(generateKeyPairSync('ed448').privateKey)).toBe('an Ed448 key');
  expect(keyText(generateKeyPairSync('x25519').publicKey)).toBe('a key of type x25519');
  expect(curveText('prime256v1')).toBe('P-256');
});
