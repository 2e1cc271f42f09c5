import { sign, verify } from 'node:crypto';
import { curveText, keyText } from '../key-text.js';
import type { SignatureHash, SignatureScheme } from './signature-scheme.js';

/** ECDSA on any curve, the signature in DER (RFC 7427 appendix A.3). */
export function ecdsa(name: string, algorithm: Uint8Array, hash: SignatureHash): SignatureScheme {
  return {
    name,
    method: 14,
    algorithm,
    hash,
    misfit: (key) => (key.asymmetricKeyType === 'ec' ? undefined : `${name} needs an ECDSA key, this is ${keyText(key)}`),
    sign: (key, data) => sign(hash.node, data, { key, dsaEncoding: 'der' }),
    verify: (key, data, signature) => verify(hash.node, data, { key, dsaEncoding: 'der' }, signature),
  };
}

/** Methods 9 to 11: curve and hash belong together, the signature is r and s one behind the other (RFC 4754 §7). */
export function ecdsaOnCurve(name: string, method: number, curve: string, hash: SignatureHash): SignatureScheme {
  return {
    name,
    method,
    hash,
    misfit: (key) =>
      key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === curve
        ? undefined
        : `${name} needs an ECDSA key on ${curveText(curve)}, this is ${keyText(key)}`,
    sign: (key, data) => sign(hash.node, data, { key, dsaEncoding: 'ieee-p1363' }),
    verify: (key, data, signature) => verify(hash.node, data, { key, dsaEncoding: 'ieee-p1363' }, signature),
  };
}
