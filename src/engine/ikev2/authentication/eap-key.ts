import { nameOf } from '../../../bytes/registry.js';
import type { Secret } from '../../../bytes/secret.js';
import type { Auth } from '../../../wire/ike/payloads/auth.js';
import { AUTH_METHOD, AUTH_METHODS } from '../../../wire/ike/tables/authentication.js';
import type { AuthOctets, OurProof, ProofVerdict } from './contract.js';
import { isMacOf, sharedKeyAuth } from './shared-key.js';
import { invalid, METHOD, valid } from './verdicts.js';

/**
 * AUTH of either end after EAP: with the MSK as secret, or with SK_p where the method makes no key (RFC 7296 §2.16).
 * The identity and message are those of the first IKE_AUTH.
 */
export function proveEap(octets: AuthOctets, msk: Secret | undefined): OurProof {
  return { auth: sharedKeyAuth(octets, msk?.reveal() ?? octets.skP), certs: [], method: METHOD.eap };
}

/** Judges the AUTH that the other end sent after EAP. */
export function judgeEap(auth: Auth, octets: AuthOctets, msk: Secret | undefined): ProofVerdict {
  if (auth.method !== AUTH_METHOD['Shared Key Message Integrity Code']) {
    return invalid(METHOD.eap, {
      code: 'method-not-allowed',
      text: 'after EAP the AUTH payload must be a MAC with the key that EAP made (RFC 7296 §2.16)',
      ours: AUTH_METHODS[2],
      theirs: nameOf(AUTH_METHODS, auth.method),
    });
  }
  const key = msk === undefined ? 'SK_p, because the EAP method makes no key' : `the MSK of ${msk.length} bytes that EAP made`;
  if (isMacOf(auth.data, octets, msk?.reveal() ?? octets.skP)) return valid(METHOD.eap, `the AUTH payload after EAP fits ${key}`);
  return invalid(METHOD.eap, {
    code: 'eap-key-mismatch',
    text: `the MAC in the AUTH payload after EAP does not fit ${key}: who spoke EAP with us is not who holds this IKE SA, or derives its key otherwise`,
    ours: key,
    theirs: `a MAC of ${auth.data.length} bytes`,
  });
}
