import { identityText } from '../../../wire/ike/identity-facts.js';
import { AUTH_METHOD } from '../../../wire/ike/tables/authentication.js';
import { ID_TYPE } from '../../../wire/ike/tables/identities.js';
import type { RemoteAuth } from '../../ike/settings.js';
import type { AuthOctets, OurProof, ProofVerdict, TheirProof } from './contract.js';
import { isMacOf, sharedKeyMac } from './shared-key.js';
import { invalid, METHOD, unverified, valid } from './verdicts.js';

/** AUTH of nobody in particular: the MAC with SK_p as secret ties it to this IKE SA and says nothing about who it is, RFC 7619 §2.1. */
export function proveNull(octets: AuthOctets): OurProof {
  return { auth: { method: AUTH_METHOD['NULL Authentication'], data: sharedKeyMac(octets, octets.skP) }, certs: [], method: METHOD.null };
}

export function judgeNull(theirs: TheirProof, remote: RemoteAuth, octets: AuthOctets): ProofVerdict {
  const name = theirs.id.type === ID_TYPE.ID_NULL ? 'the peer' : `"${identityText(theirs.id.type, theirs.id.data)}"`;
  if (!isMacOf(theirs.auth.data, octets, octets.skP)) {
    return invalid(METHOD.null, {
      code: 'signature-invalid',
      text: `the MAC of ${name} with NULL authentication does not fit this exchange: a message was changed on the way, or the peer computes it otherwise`,
      ours: 'the MAC with SK_p of this IKE SA',
      theirs: `a MAC of ${theirs.auth.data.length} bytes`,
    });
  }
  if (remote.allowNull) return valid(METHOD.null, `${name} stays unknown: NULL authentication proves no identity`);
  return unverified(METHOD.null, `${name} stays unknown: NULL authentication proves no identity`);
}
