import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  parseCertificates,
  parseHostKeys,
  parseKeyFile,
  publicHalfOf,
  readCertificates,
  readHostKeys,
  readKeyFile,
  readNssCertificate,
} from '../../src/host/certificates.js';
import { FakeHost } from '../../src/host/fake.js';
import { Redactor } from '../../src/host/redaction/redactor.js';
import { certificateFile } from '../support/certificates.js';

const gateway = certificateFile('gw.pem');
const key = certificateFile('gw.key');

describe('parseCertificates', () => {
  it('tells names, dates and usage', () => {
    const [certificate] = parseCertificates(gateway, 'gw.pem');
    expect(certificate).toMatchObject({
      file: 'gw.pem',
      subject: 'O=Example, CN=gw.example.com',
      issuer: 'O=Example, CN=Test CA',
      notBefore: new Date('2020-01-01T00:00:00Z'),
      notAfter: new Date('2099-01-01T00:00:00Z'),
      isAuthority: false,
      isSelfSigned: false,
      alternativeNames: [
        { type: 'dns', value: 'gw.example.com' },
        { type: 'ip', value: '192.0.2.1' },
      ],
      extendedKeyUsage: ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.17'],
    });
  });

  it('keeps the order of a chain and leaves out what is damaged', () => {
    const text = `noise\n${certificateFile('leaf.pem')}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n${certificateFile('ca.pem')}`;
    expect(parseCertificates(text, 'chain').map(({ subject, isSelfSigned }) => [subject, isSelfSigned])).toEqual([
      ['O=Example, CN=leaf.example.com', false],
      ['O=Example, CN=Test CA', true],
    ]);
    expect(parseCertificates('nothing', 'empty')).toEqual([]);
  });

  it('is left alone by any cut', () => {
    for (let length = 0; length < gateway.length; length += 7)
      expect(() => parseCertificates(gateway.slice(0, length), 'cut')).not.toThrow();
  });
});

describe('parseKeyFile', () => {
  const own = parseCertificates(gateway, 'gw.pem')[0]?.publicKey.fingerprint;

  it.each([
    ['a private key', key, { encrypted: false, half: { fingerprint: own } }],
    ['an encrypted one', certificateFile('encrypted.key'), { encrypted: true }],
    ['one of another pair', certificateFile('client.key'), { encrypted: false }],
  ])('reads %s', (_, text, expected) => {
    expect(parseKeyFile(text)).toMatchObject(expected);
  });

  it('gives the same for what a bundle holds instead', () => {
    const redacted = new Redactor().replacePrivateKey(key, { source: 'gw.key', line: 1 });
    expect(redacted).not.toContain('PRIVATE');
    expect(parseKeyFile(redacted)).toEqual(parseKeyFile(key));
    const encrypted = new Redactor().replacePrivateKey(certificateFile('encrypted.key'), { source: 'k', line: 1 });
    expect(parseKeyFile(encrypted)).toEqual({ encrypted: true });
  });

  it('holds nothing of the private half', () => {
    const { d = '' } = createPrivateKey(key).export({ format: 'jwk' });
    expect(JSON.stringify(parseKeyFile(key))).not.toContain(Buffer.from(d, 'base64url').toString('hex'));
  });

  it.each(['', 'text', gateway, '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----'])('finds none in %j', (text) => {
    expect(parseKeyFile(text)).toBeUndefined();
  });
});

it('publicHalfOf: the id of NSS is the digest of modulus or point', () => {
  const publicKey = createPublicKey(key);
  const der = publicKey.export({ type: 'spki', format: 'der' });
  // The point is the end of a SubjectPublicKeyInfo of P-256.
  expect(publicHalfOf(publicKey).nssIds).toEqual([createHash('sha1').update(der.subarray(-65)).digest('hex')]);
});

describe('readers', () => {
  it('ask openssl for what is binary', async () => {
    const host = new FakeHost({
      files: { '/c.der': { reason: 'binary' }, '/k.der': { reason: 'binary' }, '/a b.der': { reason: 'binary' }, '/none.pem': 'x' },
      commands: {
        'openssl x509 -inform DER -in /c.der': gateway,
        'openssl pkey -inform DER -in /k.der -passin pass: -pubout': String(createPublicKey(key).export({ type: 'spki', format: 'pem' })),
      },
    });
    expect(await readCertificates(host, '/c.der')).toMatchObject({ ok: true, value: [{ subject: 'O=Example, CN=gw.example.com' }] });
    expect(await readKeyFile(host, '/k.der')).toEqual({ ok: true, value: parseKeyFile(key) });
    expect(await readCertificates(host, '/a b.der')).toMatchObject({ ok: false, reason: 'binary' });
    expect(await readCertificates(host, '/none.pem')).toMatchObject({ ok: false, reason: 'failed' });
    expect(await readKeyFile(host, '/missing')).toMatchObject({ ok: false, reason: 'missing' });
  });

  it('say so when there is no openssl', async () => {
    expect(await readCertificates(new FakeHost({ files: { '/c.der': { reason: 'binary' } } }), '/c.der')).toMatchObject({
      ok: false,
      reason: 'binary',
      message: expect.stringContaining('/c.der is not PEM'),
    });
  });

  it('ask NSS', async () => {
    const host = new FakeHost({
      commands: {
        'certutil -L -d sql:/n -n gw -a': gateway,
        'certutil -L -d sql:/n -n no -a': {
          status: 255,
          stderr: 'certutil: Could not find cert: no\n: PR_FILE_NOT_FOUND_ERROR: File not found\n',
        },
        'certutil -L -d sql:/n -n locked -a': { status: 255, stderr: 'SEC_ERROR_BAD_DATABASE\n' },
      },
    });
    expect(await readNssCertificate(host, '/n', 'gw')).toMatchObject({ ok: true });
    expect(await readNssCertificate(host, '/n', 'no')).toMatchObject({ ok: false, reason: 'missing' });
    expect(await readNssCertificate(host, '/n', 'locked')).toMatchObject({ ok: false, reason: 'failed' });
    expect(await readNssCertificate(new FakeHost(), '/n', 'gw')).toMatchObject({
      ok: false,
      reason: 'failed',
      message: 'certutil: not found',
    });
    expect(await readNssCertificate(host, '/n', 'two words')).toMatchObject({ ok: false, reason: 'failed' });
  });

  it('list the keys of libreswan', async () => {
    const output = '< 1> RSA keyid: AwEAAcNFb ckaid: 5D7E00\n< 2> ECDSA keyid: <none> ckaid: aa11\n';
    expect(parseHostKeys(output)).toEqual([
      { type: 'RSA', keyId: 'AwEAAcNFb', ckaid: '5d7e00' },
      { type: 'ECDSA', keyId: '<none>', ckaid: 'aa11' },
    ]);
    const say = (answer: { stdout?: string; stderr?: string; status?: number }) =>
      readHostKeys(new FakeHost({ commands: { 'ipsec showhostkey --list': answer } }));
    expect(await say({ stdout: output })).toMatchObject({ ok: true, value: [{ type: 'RSA' }, { type: 'ECDSA' }] });
    expect(await say({})).toEqual({ ok: true, value: [] });
    expect(await say({ status: 20, stderr: 'ipsec showhostkey: no keys found\n' })).toEqual({ ok: true, value: [] });
    expect(await say({ status: 1, stderr: 'permission denied\n' })).toMatchObject({ ok: false, reason: 'failed' });
  });
});

it('keys that JWK does not know have a fingerprint all the same', () => {
  for (const { publicKey } of [
    generateKeyPairSync('ec', { namedCurve: 'brainpoolP256r1' }),
    generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }),
  ]) {
    expect(publicHalfOf(publicKey)).toMatchObject({ fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/), nssIds: [] });
  }
});
