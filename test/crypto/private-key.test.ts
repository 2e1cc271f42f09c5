import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/bytes/errors.js';
import { Secret } from '../../src/bytes/secret.js';
import { parsePrivateKey } from '../../src/crypto/private-key.js';
import { hasOpenssl, openssl } from '../support/openssl.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const ec = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
const ed = generateKeyPairSync('ed25519').privateKey;
const secret = new Secret(Buffer.from('test'));
const lock = { cipher: 'aes-256-cbc', passphrase: 'test' } as const;
const bytes = (exported: string | Buffer): Uint8Array => Buffer.from(exported);
const certificate = readFileSync(new URL('../vectors/certificate-paths/gateway.pem', import.meta.url));

describe('private keys in every form', () => {
  const rows: readonly (readonly [string, KeyObject, Uint8Array])[] = [
    ['PKCS #8, PEM', rsa, bytes(rsa.export({ type: 'pkcs8', format: 'pem' }))],
    ['PKCS #8, DER', rsa, bytes(rsa.export({ type: 'pkcs8', format: 'der' }))],
    ['PKCS #1, PEM', rsa, bytes(rsa.export({ type: 'pkcs1', format: 'pem' }))],
    ['PKCS #1, DER', rsa, bytes(rsa.export({ type: 'pkcs1', format: 'der' }))],
    ['SEC 1, PEM', ec, bytes(ec.export({ type: 'sec1', format: 'pem' }))],
    ['SEC 1, DER', ec, bytes(ec.export({ type: 'sec1', format: 'der' }))],
    ['Ed25519, PEM', ed, bytes(ed.export({ type: 'pkcs8', format: 'pem' }))],
    ['Ed25519, DER', ed, bytes(ed.export({ type: 'pkcs8', format: 'der' }))],
    ['behind certificates', ec, Buffer.concat([certificate, bytes(ec.export({ type: 'pkcs8', format: 'pem' })), certificate])],
  ];
  for (const [title, key, file] of rows) it(title, () => expect(parsePrivateKey(file, 'own.key').equals(key)).toBe(true));

  const shut: readonly (readonly [string, KeyObject, Uint8Array])[] = [
    ['encrypted PKCS #8, PEM', rsa, bytes(rsa.export({ type: 'pkcs8', format: 'pem', ...lock }))],
    ['encrypted PKCS #8, DER', ec, bytes(ec.export({ type: 'pkcs8', format: 'der', ...lock }))],
    ['encrypted PKCS #1, PEM', rsa, bytes(rsa.export({ type: 'pkcs1', format: 'pem', ...lock }))],
  ];
  for (const [title, key, file] of shut) {
    it(title, () => {
      expect(parsePrivateKey(file, 'own.key', secret).equals(key)).toBe(true);
      expect(() => parsePrivateKey(file, 'own.key')).toThrow('own.key is encrypted with a passphrase');
      expect(() => parsePrivateKey(file, 'own.key', new Secret(Buffer.from('other')))).toThrow('the passphrase does not open own.key');
      expect(() => parsePrivateKey(file, 'own.key', new Secret(Buffer.alloc(0)))).toThrow('the passphrase does not open own.key');
    });
  }
});

describe('what ipsec rsasigkey prints', () => {
  const { n, e, d, p, q, dp, dq, qi } = rsa.export({ format: 'jwk' });
  const hex = (text = '') => `0x${Buffer.from(text, 'base64url').toString('hex').replace(/^0/, '')}`;
  const fields = { Modulus: n, PublicExponent: e, PrivateExponent: d, Prime1: p, Prime2: q, Exponent1: dp, Exponent2: dq, Coefficient: qi };
  const lines = Object.entries(fields).map(([name, value]) => `\t${name}: ${hex(value)}`);
  const whole = `\t# RSA 2048 bits   gw   made for tests\n\t#pubkey=0sAQ\n${lines.join('\n')}\n`;

  it.each([
    ['alone', whole],
    ['within ipsec.secrets', `gw.example : PSK "x"\n: RSA {\n${whole}\t}\n: RSA { Modulus: 0x00 }\n`],
  ])('%s', (_, text) => expect(parsePrivateKey(Buffer.from(text), 'rsasigkey').equals(rsa)).toBe(true));

  it.each([
    ['cut', whole.slice(0, 400)],
    ['without a prime', whole.replace('Prime2', 'Prime3')],
    ['of another modulus', whole.replace(hex(n), hex('AQAB'))],
  ])('%s it is no key', (_, text) => expect(() => parsePrivateKey(Buffer.from(text), 'rsasigkey')).toThrow(/rsasigkey is no private key/));
});

describe('what is no private key', () => {
  const publicPem = rsa.export({ type: 'pkcs8', format: 'pem' }).toString();
  const rows: readonly (readonly [string, Uint8Array, string, string?])[] = [
    ['certificates', certificate, 'own.key holds no private key: it holds certificates only'],
    ['a public key', Buffer.from('-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----'), 'it holds a public key only'],
    ['a request', Buffer.from('-----BEGIN CERTIFICATE REQUEST-----'), 'it holds a request for a certificate only'],
    ['a list', Buffer.from('-----BEGIN X509 CRL-----'), 'nothing in it is one'],
    ['a key cut in its middle', Buffer.from(publicPem.replace(/\n[^-]+\n/, '\nMIIE\n')), 'the private key in own.key is damaged'],
    ['without its end', Buffer.from(publicPem.slice(0, 400)), 'nothing in it is one'],
    ['text', Buffer.from(': RSA own.key'), 'own.key is no private key', 'read are PEM and DER of PKCS #8, PKCS #1 and SEC 1'],
    ['nothing', new Uint8Array(0), 'own.key is no private key'],
    [
      'a certificate in DER',
      Buffer.from(certificate.toString().replace(/-----.*-----|\s/g, ''), 'base64'),
      'own.key is a certificate, not a private key',
    ],
    [
      'a key of OpenSSH',
      Buffer.from('-----BEGIN OPENSSH PRIVATE KEY-----\nAA==\n-----END OPENSSH PRIVATE KEY-----'),
      "OpenSSH's own form",
      'ssh-keygen -p -m PEM',
    ],
    ['PKCS #12', Buffer.from('30820102020103308200fa', 'hex'), 'own.key is no private key'],
    ['PKCS #12, whole', Buffer.from('3005020103' + '3000', 'hex'), 'own.key is a PKCS #12 file', 'openssl pkcs12 -in own.key -nodes'],
  ];
  for (const [title, file, message, hint] of rows) {
    it(title, () => {
      let caught: unknown;
      try {
        parsePrivateKey(file, 'own.key');
      } catch (error) {
        caught = error;
      }
      expect(caught).toBeInstanceOf(UsageError);
      expect((caught as UsageError).message).toContain(message);
      if (hint !== undefined) expect((caught as UsageError).hint).toContain(hint);
    });
  }

  it('cut at every length: a message, never another error', () => {
    for (const file of [rsa.export({ type: 'pkcs8', format: 'der' }), ec.export({ type: 'sec1', format: 'der' })]) {
      for (let cut = 0; cut < file.length; cut += 3) expect(() => parsePrivateKey(file.subarray(0, cut), 'own.key')).toThrow(UsageError);
    }
  });
});

describe.skipIf(!hasOpenssl())('files of the openssl command', () => {
  const path = temporaryFolder();
  it('what it is told to make of PKCS #12 can be read', () => {
    const [key, cert, p12, all] = [path('own.key'), path('own.pem'), path('own.p12'), path('all.pem')];
    writeFileSync(key, rsa.export({ type: 'pkcs8', format: 'pem' }));
    openssl('req', '-new', '-x509', '-key', key, '-subj', '/CN=own', '-out', cert);
    openssl('pkcs12', '-export', '-in', cert, '-inkey', key, '-passout', 'pass:', '-out', p12);
    expect(() => parsePrivateKey(readFileSync(p12), 'own.p12')).toThrow('own.p12 is a PKCS #12 file');
    openssl('pkcs12', '-in', p12, '-nodes', '-passin', 'pass:', '-out', all);
    expect(parsePrivateKey(readFileSync(all), 'all.pem').equals(rsa)).toBe(true);
  });
});
