import { BugError } from '../../../bytes/errors.js';
import type { LocalAuth } from '../../ike/settings.js';
import type { AuthOctets, PeerAbilities, ProofResult } from './contract.js';
import { proveNull } from './null-authentication.js';
import { provePreSharedKey } from './pre-shared-key.js';
import { proveSignature } from './signature.js';

/**
 * Our AUTH payload and the CERT payloads before it, RFC 7296 §2.15; or why this key cannot convince this peer. With EAP there is no
 * AUTH until it is over, then `proveEap` makes it: asking here throws `BugError`.
 */
export function makeProof(local: LocalAuth, octets: AuthOctets, peer: PeerAbilities): ProofResult {
  switch (local.method) {
    case 'psk':
      return { ok: true, proof: provePreSharedKey(octets, local.secret) };
    case 'signature':
      return proveSignature(local, octets, peer);
    case 'null':
      return { ok: true, proof: proveNull(octets) };
    case 'eap':
      throw new BugError('the AUTH payload of EAP is made by proveEap when EAP is over');
  }
}
