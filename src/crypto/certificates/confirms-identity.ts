import type { X509Certificate } from 'node:crypto';
import { DecodeError } from '../../bytes/errors.js';
import { type AlternativeName, certificateFields } from './certificate-fields.js';
import { sameName } from './distinguished-names.js';

/** Identification types of IKE that a certificate can confirm, the same in both versions (RFC 7296 §3.5, RFC 2407 §4.6.2.1). */
const ID = { IPV4_ADDR: 1, FQDN: 2, RFC822_ADDR: 3, IPV6_ADDR: 5, DER_ASN1_DN: 9, DER_ASN1_GN: 10 } as const;

/**
 * Whether the owner of a certificate may call itself so (RFC 4945 §3.1, §5.1.3.6): the name stands among the alternative names in its
 * own kind, or is the subject. Host names and mail addresses are compared without regard to case, and without wildcards.
 */
export function confirmsIdentity(certificate: X509Certificate, type: number, data: Uint8Array): boolean {
  try {
    const { subject, alternativeNames } = certificateFields(certificate);
    const any = (kind: AlternativeName['type'], same: (bytes: Uint8Array) => boolean): boolean =>
      alternativeNames.some((name) => name.type === kind && same(name.bytes));
    const sameBytes = (bytes: Uint8Array): boolean => Buffer.from(bytes).equals(data);
    const sameText = (bytes: Uint8Array): boolean => lower(bytes) === lower(data);
    switch (type) {
      case ID.IPV4_ADDR:
      case ID.IPV6_ADDR:
        return any('ip', sameBytes);
      case ID.FQDN:
        return any('dns', sameText);
      case ID.RFC822_ADDR:
        return any('email', sameText);
      case ID.DER_ASN1_DN:
        return sameName(subject, data) || any('dn', (bytes) => sameName(bytes, data));
      case ID.DER_ASN1_GN:
        return alternativeNames.some(({ whole }) => sameBytes(whole));
      default:
        return false;
    }
  } catch (error) {
    if (error instanceof DecodeError) return false;
    throw error;
  }
}

const lower = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1').toLowerCase();
