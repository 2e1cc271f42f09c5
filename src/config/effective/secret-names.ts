import type { ConnectionEnd } from '../../model/connection.js';
import type { ConfigEnd } from './config-end.js';

/** Names by which an end is looked for among the secrets, the first one first. */
export interface SecretNames {
  readonly local: readonly string[];
  readonly remote: readonly string[];
}

/**
 * Under which names a product looks for the preshared key of a connection. pluto (`get_connection_psk`) and charon's IKEv2
 * (`psk_authenticator`) take the identities alone: a key under the addresses is not found once `leftid` or `rightid` is a name. charon's
 * IKEv1 goes on with the addresses (`lookup_shared_key`); the others have keys by address, and by identity where they have them.
 */
export function secretNames(
  { connection, product }: Pick<ConfigEnd, 'connection' | 'product'>,
  version: 'ikev1' | 'ikev2' | 'any' = connection.ikeVersion.value,
): SecretNames {
  const identitiesAlone = product === 'openswan' || product === 'libreswan' || (product === 'strongswan' && version !== 'ikev1');
  const names = ({ id, addresses }: ConnectionEnd): readonly string[] => {
    const own = id === undefined ? [] : [id.value];
    // One that stands for many, or for what a certificate says, names nobody.
    return identitiesAlone && id !== undefined && !/[%*]/.test(id.value) ? own : [...own, ...addresses.map(({ value }) => value)];
  };
  return { local: names(connection.local), remote: names(connection.remote) };
}
