import { UsageError } from '../../bytes/errors.js';
import type { Secret } from '../../bytes/secret.js';
import { keyText } from '../../crypto/key-text.js';
import { addressIdentity } from '../../wire/ike/address-identity.js';
import { identityText } from '../../wire/ike/identity-facts.js';
import type { Id } from '../../wire/ike/payloads/id.js';
import { NOTIFY_V1 } from '../../wire/ike/tables/notify-v1.js';
import { defaultIdentity } from '../ikev2/authentication/default-identity.js';
import { sameId } from '../ikev2/authentication/identity.js';
import { signatureMethodOf } from './proof.js';
import { refusal } from './refusals.js';
import type { Ikev1Settings } from './settings.js';
import type { Rejection } from './state.js';

/** PHASE1_AUTHENTICATION: the initiator, who is asked by XAuth afterwards or not. */
const PSK_METHOD = 1;
const XAUTH_PSK_METHOD = 65001;
const XAUTH_RSA_METHOD = 65005;

/** Secrets that a responder tries on one message. */
const MAX_SECRETS = 64;

/**
 * Authentication methods that we offer or accept: that of our key, or a pre-shared key. A probe without either offers the latter all the
 * same, to see how far it gets. Throws `UsageError` for a key that IKEv1 has no method for.
 */
export function methodsOf({ localAuth, xauth, xauthUsers }: Ikev1Settings): readonly number[] {
  const user = xauth !== undefined || xauthUsers !== undefined;
  const signature = localAuth.method === 'signature' ? signatureMethodOf(localAuth.key) : undefined;
  if (localAuth.method === 'signature' && signature === undefined) {
    throw new UsageError(`in IKEv1 we sign with RSA only, this is ${keyText(localAuth.key)}`, 'a certificate for an RSA key');
  }
  // XAuth has a number of its own for RSA only.
  if (signature !== undefined) return [user ? XAUTH_RSA_METHOD : signature];
  return [user ? XAUTH_PSK_METHOD : PSK_METHOD];
}

/** Whether this method means that XAuth follows (draft-beaulieu-ike-xauth-02 §7). */
export function isXauth(method: number): boolean {
  return method === XAUTH_PSK_METHOD || method === XAUTH_RSA_METHOD;
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

/** What we call ourselves. */
export function localIdentity({ localId, localAuth }: Ikev1Settings, address: string): Id {
  return localId ?? defaultIdentity(localAuth, address);
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
