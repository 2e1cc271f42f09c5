import { sign, verify } from 'node:crypto';
import { keyText } from '../key-text.js';
import { IDENTITY, type SignatureScheme } from './signature-scheme.js';

/** Ed25519 and Ed448 without a hash before: the peer announces "Identity" (RFC 8420 §2). */
export function eddsa(name: 'Ed25519' | 'Ed448', algorithm: Uint8Array): SignatureScheme {
  return {
    name,
    method: 14,
    algorithm,
    hash: IDENTITY,
    misfit: (key) =>
      key.asymmetricKeyType === name.toLowerCase() ? undefined : `${name} needs a key of its own kind, this is ${keyText(key)}`,
    sign: (key, data) => sign(null, data, key),
    verify: (key, data, signature) => verify(null, data, key, signature),
  };
}
