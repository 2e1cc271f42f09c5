import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parsePublicKey, publicKeyOf } from '../../src/crypto/public-key.js';
import { rsaSigKey } from '../support/public-key-text.js';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const odd = generateKeyPairSync('rsa', { modulusLength: 1024, publicExponent: 3 });
const ec = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
const ed = generateKeyPairSync('ed25519');
const text = (value: string) => Buffer.from(value);
const certificate = readFileSync(new URL('../vectors/certificate-paths/gateway.pem', import.meta.url));

describe('raw public keys', () => {
  it('exponents beyond 255 bytes have their length in two (RFC 3110 §2)', () => {
    const n = Buffer.from(rsa.publicKey.export({ format: 'jwk' }).n ?? '', 'base64url');
    const e = Buffer.alloc(256, 1);
    const key = publicKeyOf(Buffer.concat([Buffer.of(0, 1, 0), e, n]));
    expect(key?.export({ format: 'jwk' })).toMatchObject({ e: e.toString('base64url'), n: n.toString('base64url') });
  });

  const spki = (key: typeof rsa.publicKey) => key.export({ type: 'spki', format: 'der' });
  const rows = [
    ['0s of RFC 3110', rsa.publicKey, text(rsaSigKey(rsa.publicKey))],
    ['a line of ipsec.conf', rsa.publicKey, text(`\tleftrsasigkey=${rsaSigKey(rsa.publicKey)}\n`)],
    ['quoted and broken by a mailer', odd.publicKey, text(`rightrsasigkey = "${rsaSigKey(odd.publicKey).replace(/(.{60})/g, '$1\n  ')}"`)],
    ['0x of RFC 3110', odd.publicKey, text(`0x${Buffer.from(rsaSigKey(odd.publicKey).slice(2), 'base64').toString('hex')}`)],
    ['0s of SubjectPublicKeyInfo', ec.publicKey, text(`0s${spki(ec.publicKey).toString('base64')}`)],
    ['DER', ed.publicKey, spki(ed.publicKey)],
    ['PEM', ec.publicKey, text(ec.publicKey.export({ type: 'spki', format: 'pem' }).toString())],
    ['PEM of PKCS #1', rsa.publicKey, text(rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }).toString())],
    ['a private key, whose public half it is', ec.publicKey, text(ec.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())],
    ['a certificate', createPublicKey(certificate), certificate],
  ] as const;
  for (const [title, key, bytes] of rows) it(title, () => expect(parsePublicKey(bytes, 'their key').equals(key)).toBe(true));

  it('anything else is refused with what is read', () => {
    for (const bytes of [
      '',
      'gw.example.com',
      '0s',
      '0sAAAA',
      '0xzz',
      '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----',
      '%cert',
    ]) {
      expect(() => parsePublicKey(text(bytes), 'their key')).toThrow('their key is no public key');
    }
    for (let length = 0; length < 100; length++) {
      const noise = createHash('shake256', { outputLength: length }).update('noise').digest();
      const key = publicKeyOf(noise);
      expect(key === undefined || key.asymmetricKeyType === 'rsa').toBe(true);
    }
  });
});
