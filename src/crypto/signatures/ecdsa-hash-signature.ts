import type { KeyObject } from 'node:crypto';
import { createRequire } from 'node:module';
import { BugError } from '../../bytes/errors.js';
import { curveText, keyText } from '../key-text.js';
import type { HashSignature } from './hash-signature.js';

type Library = typeof import('@noble/curves/nist.js');

const require = createRequire(import.meta.url);
let loaded: Library | undefined;

/** Loaded when the first signature is made: it takes longer than the rest of a start. */
function library(): Library {
  loaded ??= require('@noble/curves/nist.js') as Library;
  return loaded;
}

const CURVES = {
  prime256v1: { name: 'ECDSA P-256', curve: 'p256', prf: 'PRF_HMAC_SHA2_256' },
  secp384r1: { name: 'ECDSA P-384', curve: 'p384', prf: 'PRF_HMAC_SHA2_384' },
  secp521r1: { name: 'ECDSA P-521', curve: 'p521', prf: 'PRF_HMAC_SHA2_512' },
} as const;

/** The hash is signed as it comes; node:crypto hashes once more, so that it cannot be asked. Neither S nor its negative is preferred. */
const AS_IT_IS = { prehash: false, lowS: false } as const;

const numberOf = (key: KeyObject, name: 'd' | 'x' | 'y'): Uint8Array => {
  const value = key.export({ format: 'jwk' })[name];
  if (value === undefined) throw new BugError(`the key has no ${name}`);
  return Buffer.from(value, 'base64url');
};

/**
 * ECDSA of phase 1 (RFC 4754 §4, §7): HASH_I and HASH_R are made with the hash of the curve, whatever phase 1 has; the signature is r and
 * s one behind the other. As strongSwan does it.
 */
export function ecdsaHashSignature(method: number, namedCurve: keyof typeof CURVES): HashSignature {
  const { name, curve, prf } = CURVES[namedCurve];
  return {
    name,
    method,
    prf,
    misfit: (key) =>
      key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === namedCurve
        ? undefined
        : `the signature is to be ECDSA on ${curveText(namedCurve)}, and the key shown is ${keyText(key)}`,
    sign: (key, hash) => Uint8Array.from(library()[curve].sign(hash, numberOf(key, 'd'), AS_IT_IS)),
    verify(key, hash, signature) {
      const point = Buffer.concat([Buffer.of(4), numberOf(key, 'x'), numberOf(key, 'y')]);
      try {
        return library()[curve].verify(signature, hash, point, AS_IT_IS);
      } catch {
        // Of another length, or numbers that are out of range.
        return false;
      }
    },
  };
}
