import { X509Certificate } from 'node:crypto';
import { UsageError } from '../../bytes/errors.js';
import { pemCertificates } from './pem-certificates.js';

/**
 * Certificates of a file in their order: a PEM bundle, whatever else stands in it, or one in DER.
 * @throws UsageError when there is none or one is damaged, with what the file is instead
 */
export function parseCertificates(bytes: Uint8Array, name: string): readonly X509Certificate[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  if (!text.includes('-----BEGIN ')) return [read(Buffer.from(bytes), name, notOne(bytes))];
  const blocks = pemCertificates(text);
  if (blocks.length === 0) {
    const what = text.includes('PRIVATE KEY-----')
      ? 'a private key'
      : text.includes('BEGIN X509 CRL')
        ? 'a revocation list'
        : text.includes('BEGIN PKCS7')
          ? `PKCS #7: openssl pkcs7 -in ${name} -print_certs -out certs.pem`
          : 'something else';
    throw new UsageError(`${name} holds no certificate`, `it holds ${what}`);
  }
  return blocks.map((pem, index) => read(pem, `${name}, certificate ${index + 1}`, 'it may have been cut while it was copied'));
}

function read(from: string | Buffer, name: string, hint: string): X509Certificate {
  try {
    return new X509Certificate(from);
  } catch {
    throw new UsageError(`${name}: no certificate that can be read`, hint);
  }
}

/** PKCS #12 begins with the version 3 in a sequence. */
function notOne(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.subarray(0, 8)).toString('hex');
  return /^30(?:8\d)?(?:[0-9a-f]{2}){1,3}020103/.test(text)
    ? 'it is a PKCS #12 file: openssl pkcs12 -in FILE -nodes -out all.pem'
    : 'read are PEM and DER';
}
