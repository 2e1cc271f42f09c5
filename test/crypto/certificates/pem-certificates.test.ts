import { describe, expect, it } from 'vitest';
import { pemCertificates } from '../../../src/crypto/certificates/pem-certificates.js';

const block = (label: string, body = 'AAAA') => `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----`;

describe('certificates of a PEM text', () => {
  it.each([
    ['one, whatever stands around it', `subject=CN=gw\n${block('CERTIFICATE')}\nmore`, [block('CERTIFICATE')]],
    [
      'the old names of OpenSSL',
      block('X509 CERTIFICATE') + block('TRUSTED CERTIFICATE'),
      [block('X509 CERTIFICATE'), block('TRUSTED CERTIFICATE')],
    ],
    ['no key, no request, no list', ['PRIVATE KEY', 'CERTIFICATE REQUEST', 'X509 CRL'].map((label) => block(label)).join('\n'), []],
    ['none that is cut', '-----BEGIN CERTIFICATE-----\nAAAA\n', []],
  ])('%s', (_, text, expected) => expect(pemCertificates(text)).toEqual(expected));

  it('300 at most: more are the authorities of the world', () => {
    const all = Array.from({ length: 301 }, (_, i) => block('CERTIFICATE', `${i}`));
    expect(pemCertificates(all.join('\n'))).toEqual(all.slice(0, 300));
  });
});
