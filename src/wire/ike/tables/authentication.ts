import type { Registry } from '../../../bytes/registry.js';
import { numbersOf } from './numbers-of.js';

/** IANA "IKEv2 Authentication Method", as of 2025-11: 9-11 RFC 4754, 12 RFC 6467, 13 RFC 7619, 14 RFC 7427. */
export const AUTH_METHODS = {
  1: 'RSA Digital Signature',
  2: 'Shared Key Message Integrity Code',
  3: 'DSS Digital Signature',
  9: 'ECDSA with SHA-256 on the P-256 curve',
  10: 'ECDSA with SHA-384 on the P-384 curve',
  11: 'ECDSA with SHA-512 on the P-521 curve',
  12: 'Generic Secure Password Authentication Method',
  13: 'NULL Authentication',
  14: 'Digital Signature',
} as const satisfies Registry;

/** `AUTH_METHOD['Digital Signature']` is 14. */
export const AUTH_METHOD = numbersOf(AUTH_METHODS);

/** IANA "IKEv2 Hash Algorithms" of SIGNATURE_HASH_ALGORITHMS, as of 2025-11: 5 RFC 8420, 6-7 RFC 9385. */
export const HASH_ALGORITHMS = {
  1: 'SHA1',
  2: 'SHA2-256',
  3: 'SHA2-384',
  4: 'SHA2-512',
  5: 'Identity',
  6: 'STREEBOG_256',
  7: 'STREEBOG_512',
} as const satisfies Registry;

/** IANA "IKEv2 Certificate Encodings", as of 2025-11: 14 RFC 4806, 15 RFC 7670. */
export const IKEV2_CERT_ENCODINGS = {
  1: 'PKCS #7 wrapped X.509 certificate',
  2: 'PGP Certificate',
  3: 'DNS Signed Key',
  4: 'X.509 Certificate - Signature',
  6: 'Kerberos Tokens',
  7: 'Certificate Revocation List (CRL)',
  8: 'Authority Revocation List (ARL)',
  9: 'SPKI Certificate',
  10: 'X.509 Certificate - Attribute',
  11: 'Raw RSA Key (deprecated)',
  12: 'Hash and URL of X.509 certificate',
  13: 'Hash and URL of X.509 bundle',
  14: 'OCSP Content',
  15: 'Raw Public Key',
} as const satisfies Registry;

/** RFC 2408 §3.9. */
export const IKEV1_CERT_ENCODINGS = {
  0: 'NONE',
  1: 'PKCS #7 wrapped X.509 certificate',
  2: 'PGP Certificate',
  3: 'DNS Signed Key',
  4: 'X.509 Certificate - Signature',
  5: 'X.509 Certificate - Key Exchange',
  6: 'Kerberos Tokens',
  7: 'Certificate Revocation List (CRL)',
  8: 'Authority Revocation List (ARL)',
  9: 'SPKI Certificate',
  10: 'X.509 Certificate - Attribute',
} as const satisfies Registry;

/** `CERT_ENCODING['X.509 Certificate - Signature']` is 4 in both versions. */
export const CERT_ENCODING = numbersOf(IKEV2_CERT_ENCODINGS);

/** IANA "IKEv2 Secure Password Methods", as of 2025-11. */
export const SECURE_PASSWORD_METHODS = { 1: 'PACE', 2: 'AugPAKE', 3: 'Secure PSK Authentication' } as const satisfies Registry;

/** IANA "IKEv2 Post-quantum Preshared Key ID Types", as of 2025-11 (RFC 8784). */
export const PPK_ID_TYPES = { 1: 'PPK_ID_OPAQUE', 2: 'PPK_ID_FIXED' } as const satisfies Registry;

/** IANA "IKEv2 Gateway Identity Types" of REDIRECT, as of 2025-11 (RFC 5685). */
export const GATEWAY_IDENTITY_TYPES = { 1: 'IPv4 address', 2: 'IPv6 address', 3: 'FQDN' } as const satisfies Registry;

/** IANA "IKEv2 Notification IPCOMP Transform IDs", as of 2025-11, and IPCOMP transform ids of RFC 2407 §4.4.5. */
export const IPCOMP_TRANSFORMS = { 1: 'OUI', 2: 'DEFLATE', 3: 'LZS', 4: 'LZJH' } as const satisfies Registry;
/** `IPCOMP_TRANSFORM.DEFLATE` is 2. */
export const IPCOMP_TRANSFORM = numbersOf(IPCOMP_TRANSFORMS);
