import type { Secret } from '../../../bytes/secret.js';
import { identityText } from '../../../wire/ike/identity-facts.js';
import type { Id } from '../../../wire/ike/payloads/id.js';
import { sameId } from '../../ike/identity.js';
import type { RemoteAuth } from '../../ike/settings.js';
import type { AuthOctets, OurProof, ProofVerdict, TheirProof } from './contract.js';
import { isMacOf, sharedKeyAuth } from './shared-key.js';
import { invalid, METHOD, unverified, valid } from './verdicts.js';

/** Secrets tried beyond the fitting ones, to name the one that would have done. */
const MAX_OTHERS = 64;

type SecretOfPeer = RemoteAuth['secrets'][number];

/** AUTH with a pre-shared key, RFC 7296 §2.15. */
export function provePreSharedKey(octets: AuthOctets, secret: Secret): OurProof {
  return { auth: sharedKeyAuth(octets, secret.reveal()), certs: [], method: METHOD.psk };
}

/**
 * Judges the MAC with the secrets of this identity, or where it has none with those for everybody. A MAC that fails says that one of
 * three things differs, never which: the secret, the identity as the peer sent it, or the first message; so all are named.
 */
export function judgePreSharedKey(theirs: TheirProof, remote: RemoteAuth, octets: AuthOctets): ProofVerdict {
  const name = identityText(theirs.id.type, theirs.id.data);
  const own = remote.secrets.filter(({ id }) => id !== undefined && sameId(id, theirs.id));
  const tried = own.length > 0 ? own : remote.secrets.filter(({ id }) => id === undefined);
  if (tried.length === 0) return withoutSecret(name, remote);
  const isRight = ({ secret }: SecretOfPeer) => isMacOf(theirs.auth.data, octets, secret.reveal());
  if (tried.some(isRight)) return valid(METHOD.psk, `the MAC fits ${describeSecrets(tried)}`);
  const other = remote.secrets
    .filter((secret) => !tried.includes(secret))
    .slice(0, MAX_OTHERS)
    .find(isRight);
  return invalid(METHOD.psk, {
    code: 'psk-mismatch',
    text:
      other === undefined
        ? `the MAC in the AUTH payload of "${name}" does not fit ${describeSecrets(tried)}: the pre-shared keys differ, or the peer computed it for another identity than the one it sent`
        : `the MAC in the AUTH payload of "${name}" does not fit ${describeSecrets(tried)}, but it fits ${describeSecrets([other])}: the secret stands under the wrong identity`,
    ours: describeSecrets(tried),
    theirs: `a MAC of ${theirs.auth.data.length} bytes by "${name}"`,
  });
}

function withoutSecret(name: string, remote: RemoteAuth): ProofVerdict {
  if (remote.acceptUnverified) {
    return unverified(METHOD.psk, `"${name}" showed the MAC of a pre-shared key; we were given none for it, so that it was not checked`);
  }
  const known = remote.secrets.flatMap(({ id }) => (id === undefined ? [] : [`"${textOf(id)}"`]));
  return invalid(METHOD.psk, {
    code: known.length === 0 ? 'method-not-allowed' : 'psk-not-found',
    text:
      known.length === 0
        ? `"${name}" proves itself with a pre-shared key, and we have none`
        : `"${name}" proves itself with a pre-shared key, and we have none for this identity`,
    ours: known.length === 0 ? 'no pre-shared key' : `secrets for ${known.join(', ')}`,
    theirs: `"${name}"`,
  });
}

const textOf = (id: Id) => identityText(id.type, id.data);

function describeSecrets(secrets: readonly SecretOfPeer[]): string {
  const whose = secrets[0]?.id === undefined ? 'for everybody' : `for "${textOf(secrets[0].id)}"`;
  return secrets.length === 1 ? `our secret ${whose}` : `any of our ${secrets.length} secrets ${whose}`;
}
