import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/bytes/errors.js';
import { parseCertificates } from '../../../src/crypto/certificates/parse-certificates.js';

const read = (name: string): Buffer => readFileSync(new URL(`../../vectors/certificate-paths/${name}`, import.meta.url));
const der = (name: string): Buffer =>
  Buffer.from(
    read(name)
      .toString()
      .replace(/-----.*-----|\s/g, ''),
    'base64',
  );

describe('certificates of a file', () => {
  it('a bundle, in its order, with text between', () => {
    const bundle = Buffer.concat([
      Buffer.from('Bag Attributes\n'),
      read('gateway.pem'),
      Buffer.from('subject=…\n'),
      read('sub.pem'),
      read('root.pem'),
    ]);
    expect(parseCertificates(bundle, 'all.pem').map(({ subject }) => /CN=(.*)/.exec(subject)?.[1])).toEqual([
      'Gateway  One',
      'Sub',
      'Root',
    ]);
  });

  it('one in DER', () => {
    expect(parseCertificates(der('sub.pem'), 'sub.der')[0]?.raw).toEqual(der('sub.pem'));
  });

  const rows: readonly (readonly [string, Uint8Array, string, string])[] = [
    ['a key', Buffer.from('-----BEGIN PRIVATE KEY-----'), 'file holds no certificate', 'it holds a private key'],
    ['a list', Buffer.from('-----BEGIN X509 CRL-----'), 'file holds no certificate', 'it holds a revocation list'],
    ['PKCS #7', Buffer.from('-----BEGIN PKCS7-----'), 'file holds no certificate', 'openssl pkcs7 -in file -print_certs'],
    ['something', Buffer.from('-----BEGIN DH PARAMETERS-----'), 'file holds no certificate', 'it holds something else'],
    [
      'the second one damaged',
      Buffer.concat([
        read('sub.pem'),
        Buffer.from(
          read('root.pem')
            .toString()
            .replace(/\n[^-]{64}\n/, '\n'),
        ),
      ]),
      'file, certificate 2: no certificate that can be read',
      'cut',
    ],
    ['a list in DER', read('sub.crl'), 'file: no certificate that can be read', 'PEM and DER'],
    ['PKCS #12', Buffer.from('3082097102010330820937', 'hex'), 'file: no certificate that can be read', 'openssl pkcs12'],
    ['nothing', new Uint8Array(0), 'file: no certificate that can be read', 'PEM and DER'],
  ];
  for (const [title, bytes, message, hint] of rows) {
    it(title, () => {
      let caught: unknown;
      try {
        parseCertificates(bytes, 'file');
      } catch (error) {
        caught = error;
      }
      expect(caught).toBeInstanceOf(UsageError);
      expect((caught as UsageError).message).toContain(message);
      expect((caught as UsageError).hint).toContain(hint);
    });
  }
});
