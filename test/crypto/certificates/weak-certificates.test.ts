import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { weaknesses } from '../../../src/crypto/certificates/weak-certificates.js';

const pem = (name: string) => new X509Certificate(readFileSync(new URL(`../../vectors/certificate-paths/${name}.pem`, import.meta.url)));

describe('weaknesses', () => {
  it.each([
    ['keys of curves and SHA-2', ['gateway', 'sub', 'root'], []],
    [
      'RSA of 1024 bits, signed with SHA-1; how the authority is signed is nobody’s business',
      ['weak', 'old-root'],
      [
        'weak: the certificate of O=Example, CN=gw.example.com is signed with SHA-1',
        'weak: the RSA key of O=Example, CN=gw.example.com has 1024 bits only',
      ],
    ],
    ['a certificate that is trusted as it is', ['weak'], ['weak: the RSA key of O=Example, CN=gw.example.com has 1024 bits only']],
    ['an authority alone', ['old-root'], []],
  ])('%s', (_, path, wanted) => expect(weaknesses(path.map(pem))).toEqual(wanted));
});
