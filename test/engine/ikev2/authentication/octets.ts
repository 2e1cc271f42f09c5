import { prfByName } from '../../../../src/crypto/prf.js';
import type { RemoteAuth } from '../../../../src/engine/ike/settings.js';
import type { AuthOctets } from '../../../../src/engine/ikev2/authentication/contract.js';
import type { Id } from '../../../../src/wire/ike/payloads/id.js';

const text = new TextEncoder();

export const fqdn = (name: string): Id => ({ type: 2, data: text.encode(name) });

/** Octets of one end as both ends see them, for tests; SK_p is made for tests. */
export function octetsOf(id: Id, over: Partial<AuthOctets> = {}): AuthOctets {
  const prf = prfByName('PRF_HMAC_SHA2_256');
  if (prf === undefined) throw new Error('no PRF_HMAC_SHA2_256');
  return {
    prf,
    skP: new Uint8Array(32).fill(0x5a),
    realMessage: text.encode('the first message, whole'),
    nonce: new Uint8Array(32).fill(7),
    idBody: Uint8Array.of(id.type, 0, 0, 0, ...id.data),
    ...over,
  };
}

/** Accepts nothing. */
export const NOTHING: RemoteAuth = {
  ids: [],
  secrets: [],
  authorities: [],
  intermediates: [],
  revocationLists: [],
  rawKeys: [],
  allowNull: false,
  acceptUnverified: false,
};
