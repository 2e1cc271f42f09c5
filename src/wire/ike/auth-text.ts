import { DecodeError } from '../../bytes/errors.js';
import { toHex } from '../../bytes/hex.js';
import { nameOf } from '../../bytes/registry.js';
import { type Auth, splitDigitalSignature } from './payloads/auth.js';
import { AUTH_METHOD, AUTH_METHODS } from './tables/authentication.js';
import { SIGNATURE_ALGORITHMS } from './tables/signature-algorithms.js';

/** How a peer proved itself: `Shared Key Message Integrity Code`, `Digital Signature (ECDSA with SHA2-256)`. */
export function authText(auth: Auth): string {
  const method = nameOf(AUTH_METHODS, auth.method);
  return auth.method === AUTH_METHOD['Digital Signature'] ? `${method} (${algorithmText(auth)})` : method;
}

function algorithmText(auth: Auth): string {
  try {
    const hex = toHex(splitDigitalSignature(auth).algorithm);
    return SIGNATURE_ALGORITHMS[hex] ?? `algorithm 0x${hex}`;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return error.message;
  }
}
