import type { SignatureScheme } from '../../../crypto/signatures/signature-scheme.js';
import type { Refusal } from '../../refusal.js';
import type { ProofVerdict } from './contract.js';

/** Where all of this happens. */
export const EXCHANGE = 'IKE_AUTH';

/** Method names for people. */
export const METHOD = {
  psk: 'pre-shared key',
  signature: 'signature',
  null: 'NULL authentication',
  eap: 'EAP',
} as const;

/** `signature, RSA with SHA2-256`; methods of RFC 7296 and RFC 4754 by their own names. */
export function signatureMethod(scheme: Pick<SignatureScheme, 'name'>): string {
  return `${METHOD.signature}, ${scheme.name}`;
}

/** A verdict with its reason, which is ours: the peer showed something that we do not accept. */
export function invalid(method: string, refusal: Omit<Refusal, 'by' | 'exchange'>): ProofVerdict {
  return { verdict: 'invalid', method, text: refusal.text, refusal: { by: 'us', exchange: EXCHANGE, ...refusal } };
}

export function valid(method: string, text: string): ProofVerdict {
  return { verdict: 'valid', method, text };
}

export function unverified(method: string, text: string): ProofVerdict {
  return { verdict: 'unverified', method, text };
}
