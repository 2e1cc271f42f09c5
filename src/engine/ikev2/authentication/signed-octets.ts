import type { AuthOctets } from './contract.js';

/**
 * The octets that one end signs or MACs, in parts to be read one behind the other: its first message, the other end's nonce, the
 * MAC of its ID body (RFC 7296 §2.15), and IntAuth where there was an IKE_INTERMEDIATE (RFC 9242 §3.3.2).
 */
export function signedOctets({ prf, skP, realMessage, nonce, idBody, intermediate }: AuthOctets): readonly Uint8Array[] {
  const macedId = prf.prepare(skP)([idBody]);
  return intermediate === undefined ? [realMessage, nonce, macedId] : [realMessage, nonce, macedId, intermediate];
}
