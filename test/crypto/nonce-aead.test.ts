import { expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.js';
import { prepareNonceAead } from '../../src/crypto/nonce-aead.js';

// RFC 8439 §2.8.2 and test case 4 of the GCM specification.
const CASES = [
  {
    algorithm: 'chacha20-poly1305',
    key: '808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f',
    nonce: '070000004041424344454647',
    aad: '50515253c0c1c2c3c4c5c6c7',
    plaintext: Buffer.from(
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
    ).toString('hex'),
    tag: '1ae10b594f09e26a7e902ecbd0600691',
  },
  {
    algorithm: 'aes-128-gcm',
    key: 'feffe9928665731c6d6a8f9467308308',
    nonce: 'cafebabefacedbaddecaf888',
    aad: 'feedfacedeadbeeffeedfacedeadbeefabaddad2',
    plaintext: 'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
    tag: '5bc94fbc3221a5db94fae95ae7121a47',
  },
] as const;

it.each(CASES)('$algorithm', ({ algorithm, key, nonce, aad, plaintext, tag }) => {
  const prepared = prepareNonceAead(algorithm, fromHex(key));
  const sealed = prepared.seal(fromHex(nonce), fromHex(plaintext), fromHex(aad));
  expect(toHex(sealed.tag)).toBe(tag);
  const open = (used: Uint8Array) => prepared.open(fromHex(nonce), sealed.ciphertext, fromHex(aad), used);
  expect(open(sealed.tag)).toMatchObject({ authentic: true });
  expect(toHex(open(sealed.tag).plaintext)).toBe(plaintext);
  expect(open(new Uint8Array(16)).authentic).toBe(false);
});
