import { createHash, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hashSignatureByMethod, hashSignatureOf } from '../../../src/crypto/signatures/hash-signatures.js';

interface Pair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}
const dsa = (modulusLength: number, divisorLength: number): Pair => generateKeyPairSync('dsa', { modulusLength, divisorLength });
const ec = (namedCurve: string): Pair => generateKeyPairSync('ec', { namedCurve });
const rows: readonly {
  readonly name: string;
  readonly method: number;
  readonly pair: Pair;
  readonly hash: string;
  readonly bytes: number;
}[] = [
  { name: 'DSS, 1024 bits', method: 2, pair: dsa(1024, 160), hash: 'sha1', bytes: 40 },
  { name: 'DSS, 2048 bits', method: 2, pair: dsa(2048, 256), hash: 'sha1', bytes: 64 },
  { name: 'ECDSA P-256', method: 9, pair: ec('prime256v1'), hash: 'sha256', bytes: 64 },
  { name: 'ECDSA P-384', method: 10, pair: ec('secp384r1'), hash: 'sha384', bytes: 96 },
  { name: 'ECDSA P-521', method: 11, pair: ec('secp521r1'), hash: 'sha512', bytes: 132 },
];
const other: Readonly<Record<number, Pair>> = { 2: dsa(1024, 160), 9: ec('prime256v1'), 10: ec('secp384r1'), 11: ec('secp521r1') };

describe.each(rows)('$name', ({ method, pair, hash, bytes }) => {
  const scheme = hashSignatureByMethod(method);
  const data = Buffer.from('what both ends saw');
  const digest = createHash(hash).update(data).digest();

  it('signs a hash so that OpenSSL takes it for the signature of the data, and the other way round', () => {
    const signature = scheme?.sign(pair.privateKey, digest) ?? new Uint8Array(0);
    expect(signature.length).toBe(bytes);
    expect(verify(hash, data, { key: pair.publicKey, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true);
    for (let i = 0; i < 4; i++) {
      const theirs = sign(hash, data, { key: pair.privateKey, dsaEncoding: 'ieee-p1363' });
      expect(scheme?.verify(pair.publicKey, digest, theirs)).toBe(true);
    }
  });

  it('takes no other hash, no other key and nothing that is no signature', () => {
    const signature = scheme?.sign(pair.privateKey, digest) ?? new Uint8Array(0);
    expect(scheme?.verify(pair.publicKey, Buffer.alloc(digest.length, 1), signature)).toBe(false);
    expect(scheme?.verify((other[method] as Pair).publicKey, digest, signature)).toBe(false);
    for (const wrong of [signature.subarray(1), signature.subarray(2), new Uint8Array(0), Buffer.alloc(bytes), Buffer.alloc(bytes, 0xff)])
      expect(scheme?.verify(pair.publicKey, digest, wrong)).toBe(false);
  });

  it('is found by its key', () => {
    expect(hashSignatureOf(pair.privateKey)).toBe(scheme);
    expect(hashSignatureOf(pair.publicKey)?.method).toBe(method);
  });
});

it('keys that IKEv1 has no signature for', () => {
  expect(hashSignatureOf(generateKeyPairSync('ed25519').publicKey)).toBeUndefined();
  expect(hashSignatureOf(ec('secp256k1').publicKey)).toBeUndefined();
  expect(hashSignatureByMethod(9)?.misfit(ec('secp384r1').publicKey)).toMatch(/ECDSA on P-256, and the key shown is an ECDSA key on P-384/);
  expect(hashSignatureByMethod(3)?.misfit(ec('secp384r1').publicKey)).toMatch(/to be RSA/);
  expect(hashSignatureByMethod(1)).toBeUndefined();
});
