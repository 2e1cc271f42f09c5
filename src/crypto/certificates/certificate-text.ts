import { createHash, type X509Certificate } from 'node:crypto';
import { certificateFields } from './certificate-fields.js';

/** A name on one line, in the order of the certificate: `C=CH, O=Example, CN=gw.example.com`. */
export function nameText(name: string | undefined): string {
  // Node has undefined for an empty name.
  return (name ?? '').split('\n').join(', ') || 'nobody (an empty name)';
}

/** What a certificate says its owner is called: the subject, then the alternative names as `dns:gw.example.com`, `ip:192.0.2.1`. */
export function certificateNames(certificate: X509Certificate): readonly string[] {
  const names = [...(certificate.subjectAltName ?? '').matchAll(/([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^,]*)(?:, |$)/g)];
  const types: Readonly<Record<string, string>> = { DNS: 'dns', 'IP Address': 'ip', email: 'email', DirName: 'dn' };
  return [nameText(certificate.subject), ...names.map(([, label = '', value = '']) => `${types[label] ?? label}:${unquoted(value)}`)];
}

/** Node puts quotes as of JSON around values with commas in them. */
function unquoted(value: string): string {
  try {
    return value.startsWith('"') ? (JSON.parse(value) as string) : value;
  } catch {
    return value;
  }
}

/** `2026-01-02 03:04:05 UTC`. */
export function dateText(date: Date | number): string {
  return `${new Date(date).toISOString().replace('T', ' ').slice(0, 19)} UTC`;
}

/** How CERTREQ names an authority: SHA-1 of its SubjectPublicKeyInfo (RFC 7296 §3.7). */
export function authorityHash(certificate: X509Certificate): Uint8Array {
  return createHash('sha1')
    .update(certificate.publicKey.export({ type: 'spki', format: 'der' }))
    .digest();
}

/** Names of the OIDs of the extended key usage that IPsec meets (RFC 5280 §4.2.1.12, RFC 4945 §5.1.3.12). */
export const EXTENDED_KEY_USAGES: Readonly<Record<string, string>> = {
  '1.3.6.1.5.5.7.3.1': 'serverAuth',
  '1.3.6.1.5.5.7.3.2': 'clientAuth',
  '1.3.6.1.5.5.7.3.3': 'codeSigning',
  '1.3.6.1.5.5.7.3.4': 'emailProtection',
  '1.3.6.1.5.5.7.3.8': 'timeStamping',
  '1.3.6.1.5.5.7.3.9': 'OCSPSigning',
  '1.3.6.1.5.5.7.3.17': 'ipsecIKE',
  '1.3.6.1.5.5.8.2.2': 'iKEIntermediate',
  '2.5.29.37.0': 'anyExtendedKeyUsage',
};

/** Extended key usages in words; empty where the certificate has none and is good for everything. */
export function extendedKeyUsageNames(certificate: X509Certificate): readonly string[] {
  return (certificateFields(certificate).extendedKeyUsage ?? []).map((oid) => EXTENDED_KEY_USAGES[oid] ?? oid);
}
