import { timingSafeEqual } from 'node:crypto';
import type { Auth } from '../../../wire/ike/payloads/auth.js';
import { AUTH_METHOD } from '../../../wire/ike/tables/authentication.js';
import type { AuthOctets } from './contract.js';
import { signedOctets } from './signed-octets.js';

/** RFC 7296 §2.15: ASCII without a NUL at the end. */
const KEY_PAD = new TextEncoder().encode('Key Pad for IKEv2');

/**
 * MAC of an AUTH payload: prf(prf(secret, "Key Pad for IKEv2"), octets), RFC 7296 §2.15. The secret is a pre-shared key, the MSK of
 * an EAP method, or SK_p where there is neither (RFC 7296 §2.16, RFC 7619 §2.1).
 */
export function sharedKeyMac(octets: AuthOctets, secret: Uint8Array): Uint8Array {
  const key = octets.prf.prepare(secret)([KEY_PAD]);
  return octets.prf.prepare(key)(signedOctets(octets));
}

/** AUTH payload of the shared key method. */
export function sharedKeyAuth(octets: AuthOctets, secret: Uint8Array): Auth {
  return { method: AUTH_METHOD['Shared Key Message Integrity Code'], data: sharedKeyMac(octets, secret) };
}

/** Whether the MAC is that of this secret, in constant time. */
export function isMacOf(data: Uint8Array, octets: AuthOctets, secret: Uint8Array): boolean {
  const expected = sharedKeyMac(octets, secret);
  return data.length === expected.length && timingSafeEqual(data, expected);
}
