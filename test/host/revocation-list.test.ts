import { X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import { FakeHost } from '../../src/host/fake.js';
import { issuerOf, parseRevocationLists, readRevocationLists } from '../../src/host/revocation-list.js';
import { certificateFile } from '../support/certificates.js';

const stale = certificateFile('stale.crl');

it('tells dates, issuer and serial numbers', () => {
  const [list] = parseRevocationLists(stale, 'stale.crl');
  const client = new X509Certificate(certificateFile('client.pem'));
  expect(list).toMatchObject({ thisUpdate: new Date('2020-06-01T00:00:00Z'), nextUpdate: new Date('2021-01-01T00:00:00Z') });
  expect([...(list?.revoked ?? [])]).toEqual([client.serialNumber]);
  expect(list?.issuer).toBe(issuerOf(client));
  expect(list?.issuer).not.toBe(issuerOf(new X509Certificate(certificateFile('leaf.pem'))));
});

it('takes years of four digits', () => {
  expect(parseRevocationLists(certificateFile('fresh.crl'), 'f')[0]?.nextUpdate).toEqual(new Date('2099-01-01T00:00:00Z'));
});

it('leaves out what is damaged, wherever it is cut or changed', () => {
  const bytes = Buffer.from(stale.replace(/-----.*/g, ''), 'base64');
  const pem = (der: Uint8Array) => `-----BEGIN X509 CRL-----\n${Buffer.from(der).toString('base64')}\n-----END X509 CRL-----`;
  for (let length = 0; length < bytes.length; length++)
    expect(() => parseRevocationLists(pem(bytes.subarray(0, length)), 'cut')).not.toThrow();
  for (let at = 0; at < bytes.length; at++) {
    for (const value of [0, 0x7f, 0x80, 0x84, 0xff]) {
      const changed = Buffer.from(bytes);
      changed[at] = value;
      expect(() => parseRevocationLists(pem(changed), 'changed')).not.toThrow();
    }
  }
  expect(parseRevocationLists(pem(bytes.subarray(0, 40)), 'cut')).toEqual([]);
});

it('reads DER through openssl', async () => {
  const host = new FakeHost({
    files: { '/c.crl': { reason: 'binary' }, '/x.crl': 'none' },
    commands: { 'openssl crl -inform DER -in /c.crl': stale },
  });
  expect(await readRevocationLists(host, '/c.crl')).toMatchObject({ ok: true, value: [{ file: '/c.crl' }] });
  expect(await readRevocationLists(host, '/x.crl')).toMatchObject({ ok: false, reason: 'failed' });
});
