import type { KeyObject } from 'node:crypto';

/** Curves by the names people know, by OpenSSL's (SEC 2, NIST, RFC 5639). */
const CURVE_NAMES: Readonly<Record<string, string>> = {
  prime192v1: 'P-192',
  secp224r1: 'P-224',
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};

/** A public or private key in words: `an RSA key of 2048 bits`, `an ECDSA key on P-256`, `an Ed25519 key`. */
export function keyText(key: KeyObject): string {
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return `an RSA key of ${modulusLength} bits`;
    case 'rsa-pss':
      return `an RSA key of ${modulusLength} bits for PSS only`;
    case 'ec':
      return `an ECDSA key on ${curveText(namedCurve ?? 'a curve without a name')}`;
    case 'dsa':
      return `a DSA key of ${modulusLength} bits`;
    case 'ed25519':
      return 'an Ed25519 key';
    case 'ed448':
      return 'an Ed448 key';
    default:
      return `a key of type ${key.asymmetricKeyType}`;
  }
}

/** `P-256` for `prime256v1`; others as OpenSSL has them. */
export function curveText(openssl: string): string {
  return CURVE_NAMES[openssl] ?? openssl;
}
