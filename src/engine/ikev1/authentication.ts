import { UsageError } from '../../bytes/errors.js';
import type { Secret } from '../../bytes/secret.js';
import { keyText } from '../../crypto/key-text.js';
import { hashSignatureOf } from '../../crypto/signatures/hash-signatures.js';
import { addressIdentity } from '../../wire/ike/address-identity.js';
import { identityText } from '../../wire/ike/identity-facts.js';
import type { Id } from '../../wire/ike/payloads/id.js';
import { NOTIFY_V1 } from '../../wire/ike/tables/notify-v1.js';
import { defaultIdentity } from '../ike/default-identity.js';
import { sameId } from '../ike/identity.js';
import type { Role } from '../ike/role.js';
import { type EndProof, METHODS } from './methods.js';
import { refusal } from './refusals.js';
import type { Ikev1Settings } from './settings.js';
import type { Rejection } from './state.js';

/** Secrets that a responder tries on one message. */
const MAX_SECRETS = 64;

/**
 * Authentication methods that we offer or accept in this role: that of our key, or a pre-shared key; hybrid beside them where it is
 * wanted. A probe without either offers a pre-shared key all the same, to see how far it gets.
 * Throws `UsageError` for what IKEv1 has no method for.
 */
export function methodsOf(settings: Ikev1Settings, role: Role): readonly number[] {
  const { localAuth, xauth, xauthUnnamed, xauthUsers, hybrid } = settings;
  const other: Role = role === 'initiator' ? 'responder' : 'initiator';
  const asked = xauth !== undefined || xauthUnnamed === true ? role : xauthUsers !== undefined ? other : undefined;
  const key = localAuth.method === 'signature' ? hashSignatureOf(localAuth.key) : undefined;
  if (localAuth.method === 'signature' && key === undefined) {
    throw new UsageError(
      `in IKEv1 we sign with RSA, DSA, or ECDSA on P-256, P-384 and P-521; this is ${keyText(localAuth.key)}`,
      'a certificate for such a key',
    );
  }
  const own: EndProof = key?.method ?? 'psk';
  const usable = METHODS.filter((one) => {
    if (one.asked !== asked) return false;
    // In hybrid one end shows nothing but its user, the other signs.
    if (one.initiator !== one.responder) return hybrid === true && one[role] === (asked === role ? 'nothing' : own);
    return one[role] === own && !(hybrid === true && asked === role);
  });
  if (usable.length > 0) return usable.map(({ number }) => number);
  throw new UsageError(
    hybrid === true ? 'hybrid takes a user of XAuth at one end, an RSA or DSA key at the other' : `XAuth does not go with ${key?.name}`,
    hybrid === true
      ? '--xauth-user at the client; --cert, --key and --xauth-user at the gateway'
      : 'an RSA or DSA key, or a pre-shared key',
  );
}

/** The pre-shared key that we use as the initiator. */
export function ownSecret({ localAuth }: Ikev1Settings): Secret | undefined {
  return localAuth.method === 'psk' ? localAuth.secret : undefined;
}

/** A pre-shared key, and for whom it is; without `id` for everybody. */
export interface KnownSecret {
  readonly id?: Id;
  readonly secret: Secret;
}

/**
 * The secrets that a peer at this address may have, the likeliest first: keys are made before its identity is known (RFC 2409 §5.4), but
 * trying tells which it was.
 */
export function secretsFor({ localAuth, remoteAuth }: Ikev1Settings, address: string): readonly KnownSecret[] {
  const peer = addressIdentity(address);
  const byAddress = remoteAuth.secrets.filter(({ id }) => id !== undefined && peer !== undefined && sameId(id, peer));
  const forAll = remoteAuth.secrets.filter(({ id }) => id === undefined);
  const rest = remoteAuth.secrets.filter((one) => !byAddress.includes(one) && !forAll.includes(one));
  const own: readonly KnownSecret[] = localAuth.method === 'psk' && remoteAuth.secrets.length === 0 ? [localAuth] : [];
  return [...byAddress, ...forAll, ...own, ...rest].slice(0, MAX_SECRETS);
}

/** What we call ourselves; IKEv1 has no identity of nobody. */
export function localIdentity({ localId, localAuth }: Ikev1Settings, address: string): Id {
  return localId ?? (localAuth.method === 'null' ? addressIdentity(address) : undefined) ?? defaultIdentity(localAuth, address);
}

const textOf = ({ type, data }: Id): string => `"${identityText(type, data)}"`;

/** Why a peer with this name is not the one that is expected, if so. */
export function whyWrongPeer({ remoteAuth: { ids } }: Ikev1Settings, id: Id, exchange: number): Rejection | undefined {
  if (ids.length === 0 || ids.some((wanted) => sameId(wanted, id))) return undefined;
  const notify = NOTIFY_V1['INVALID-ID-INFORMATION'];
  const text = `the peer calls itself ${textOf(id)}, expected was ${ids.map(textOf).join(' or ')}`;
  return {
    notify,
    refusal: refusal('identity-mismatch', 'us', exchange, text, { ours: ids.map(textOf).join(', '), theirs: textOf(id), notify }),
  };
}

/** Why a secret that fits is not that of the peer with this name, if so: it stands under another one. */
export function whyWrongSecret({ id: owner }: KnownSecret, id: Id, address: string, exchange: number): Rejection | undefined {
  const peer = addressIdentity(address);
  if (owner === undefined || sameId(owner, id) || (peer !== undefined && sameId(owner, peer))) return undefined;
  const notify = NOTIFY_V1['INVALID-ID-INFORMATION'];
  const text = `the peer calls itself ${textOf(id)}, and the pre-shared key that it has is the one for ${textOf(owner)}`;
  return { notify, refusal: refusal('psk-mismatch', 'us', exchange, text, { ours: textOf(owner), theirs: textOf(id), notify }) };
}
