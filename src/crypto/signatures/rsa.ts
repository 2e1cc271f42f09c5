import { constants, type KeyObject, sign, verify } from 'node:crypto';
import { keyText } from '../key-text.js';
import { SHA1, SHA2_256, SHA2_384, SHA2_512, type SignatureHash, type SignatureScheme } from './signature-scheme.js';

const { RSA_PKCS1_PADDING: PKCS1, RSA_PKCS1_PSS_PADDING: PSS } = constants;

/** RSASSA-PKCS1-v1_5 with a hash (RFC 8017 §8.2, RFC 7427 appendix A.1). */
export function rsaPkcs1(name: string, algorithm: Uint8Array, hash: SignatureHash): SignatureScheme {
  return {
    name,
    method: 14,
    algorithm,
    hash,
    misfit: (key) => (key.asymmetricKeyType === 'rsa' ? undefined : `${name} needs an RSA key, this is ${keyText(key)}`),
    sign: (key, data) => sign(hash.node, data, { key, padding: PKCS1 }),
    verify: (key, data, signature) => verify(hash.node, data, { key, padding: PKCS1 }, signature),
  };
}

/**
 * Method 1, "RSA Digital Signature": PKCS #1 v1.5, signed with SHA-1, which the receiver may expect; the signature names its hash, and
 * others are allowed (RFC 7296 §3.8).
 */
export const rsaDigitalSignature: SignatureScheme = {
  ...rsaPkcs1('RSA Digital Signature', new Uint8Array(0), SHA1),
  method: 1,
  verify: (key, data, signature) =>
    [SHA1, SHA2_256, SHA2_384, SHA2_512].some(({ node }) => verify(node, data, { key, padding: PKCS1 }, signature)),
};

/** RSASSA-PSS with a salt as long as the hash and a mask of the same hash (RFC 8017 §8.1, RFC 7427 appendix A.4). */
export function rsaPss(name: string, algorithm: Uint8Array, hash: SignatureHash): SignatureScheme {
  const options = { padding: PSS, saltLength: hash.length };
  return {
    name,
    method: 14,
    algorithm,
    hash,
    misfit: (key) => pssMisfit(name, hash, key),
    sign: (key, data) => sign(hash.node, data, { key, ...options }),
    verify: (key, data, signature) => verify(hash.node, data, { key, ...options }, signature),
  };
}

function pssMisfit(name: string, hash: SignatureHash, key: KeyObject): string | undefined {
  if (key.asymmetricKeyType !== 'rsa' && key.asymmetricKeyType !== 'rsa-pss') return `${name} needs an RSA key, this is ${keyText(key)}`;
  const { modulusLength = 0, hashAlgorithm, mgf1HashAlgorithm, saltLength = 0 } = key.asymmetricKeyDetails ?? {};
  // RFC 8017 §9.1.1: a bit less than the modulus has holds hash, salt and nine bits.
  const need = 8 * 2 * hash.length + 10;
  if (modulusLength < need) return `${name} needs a modulus of ${need} bits, this is ${keyText(key)}`;
  const bound = hashAlgorithm ?? mgf1HashAlgorithm;
  if (bound !== undefined && (bound !== hash.node || saltLength > hash.length)) return `the key may sign with ${bound} only, not ${name}`;
  return undefined;
}
