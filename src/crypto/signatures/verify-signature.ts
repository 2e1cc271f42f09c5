import type { KeyObject } from 'node:crypto';
import { toHex } from '../../bytes/hex.js';
import { keyText } from '../key-text.js';
import type { SignatureScheme } from './signature-scheme.js';
import { signatureSchemeOf } from './signature-schemes.js';

export type SignatureVerdict =
  | { readonly ok: true; readonly scheme: SignatureScheme }
  | {
      readonly ok: false;
      readonly code: 'unknown-algorithm' | 'key-misfit' | 'wrong-signature';
      /** In words, with both sides: what the signature is and what the key is. */
      readonly reason: string;
    };

/** What an AUTH payload with a signature says: the method, and for method 14 the AlgorithmIdentifier in front. */
export interface SignatureToCheck {
  readonly method: number;
  readonly algorithm?: Uint8Array;
  readonly signature: Uint8Array;
}

/**
 * Whether the owner of a public key signed the data (RFC 7296 §2.15, RFC 7427 §3).
 * Only the signature is judged: whether the key is to be trusted is the certificate's matter.
 */
export function verifySignature(
  publicKey: KeyObject,
  data: Uint8Array,
  { method, algorithm, signature }: SignatureToCheck,
): SignatureVerdict {
  const scheme = signatureSchemeOf(method, algorithm);
  if (scheme === undefined) {
    const what = algorithm === undefined ? `authentication method ${method}` : `the AlgorithmIdentifier 0x${toHex(algorithm)}`;
    return { ok: false, code: 'unknown-algorithm', reason: `${what} is no signature that we can check` };
  }
  const misfit = scheme.misfit(publicKey);
  if (misfit !== undefined) return { ok: false, code: 'key-misfit', reason: misfit };
  if (scheme.verify(publicKey, data, signature)) return { ok: true, scheme };
  return {
    ok: false,
    code: 'wrong-signature',
    reason: `the signature (${scheme.name}, ${signature.length} bytes) is not that of ${keyText(publicKey)} over what was exchanged: made with another private key, or the two sides saw different messages`,
  };
}
