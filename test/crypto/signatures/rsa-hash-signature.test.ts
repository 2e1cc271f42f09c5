import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { rsaHashSignature } from '../../../src/crypto/signatures/rsa-hash-signature.js';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
const other = generateKeyPairSync('rsa', { modulusLength: 1024 });

const { sign: signRsaHash, verify: verifyRsaHash } = rsaHashSignature;

describe('RSA signatures of IKEv1', () => {
  it('sign the hash as it is, of every length that a hash of IKEv1 has', () => {
    for (const length of [16, 20, 32, 48, 64]) {
      const hash = createHash('shake256', { outputLength: length }).update('HASH_I').digest();
      const signature = signRsaHash(privateKey, hash);
      expect(signature.length).toBe(128);
      expect(verifyRsaHash(publicKey, hash, signature)).toBe(true);
      expect(verifyRsaHash(other.publicKey, hash, signature)).toBe(false);
      expect(verifyRsaHash(publicKey, hash.subarray(1), signature)).toBe(false);
      expect(verifyRsaHash(publicKey, Buffer.alloc(length), signature)).toBe(false);
      expect(verifyRsaHash(publicKey, hash, signature.subarray(1))).toBe(false);
      expect(verifyRsaHash(publicKey, hash, new Uint8Array(0))).toBe(false);
      expect(verifyRsaHash(publicKey, hash, Buffer.alloc(128, 0xff))).toBe(false);
    }
  });

  it('are as long as the modulus, leading zeros included', () => {
    // One of 256 begins with a zero.
    for (let n = 0; n < 5000; n++) {
      const hash = createHash('sha1').update(`HASH_I ${n}`).digest();
      const signature = signRsaHash(privateKey, hash);
      if (signature[0] !== 0) continue;
      expect(verifyRsaHash(publicKey, hash, signature)).toBe(true);
      expect(verifyRsaHash(publicKey, hash, signature.subarray(1))).toBe(false);
      return;
    }
    expect.fail('no signature began with a zero');
  });

  it('are not those of PKCS #1 with a DigestInfo', () => {
    const data = Buffer.from('data');
    const hash = createHash('sha1').update(data).digest();
    expect(verifyRsaHash(publicKey, hash, sign('sha1', data, privateKey))).toBe(false);
  });
});
