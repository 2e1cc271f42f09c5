import { DecodeError } from '../../bytes/errors.js';
import type { Malformed } from '../../model/packet.js';

/**
 * For the engine, which refuses what the sniffer goes on with: returns a decoded message or chain that has no fault,
 * throws the first fault as `DecodeError` otherwise.
 */
export function requireWellFormed<T extends { readonly malformed?: Malformed }>(decoded: T): T {
  const { malformed } = decoded;
  if (malformed === undefined) return decoded;
  const { field, offset, message } = malformed;
  const place = `${field} at offset ${offset}`;
  const reason = message.startsWith(place) ? message.slice(place.length).replace(/^[: ]+/, '') : message;
  throw new DecodeError(field, offset, 0, 0, reason);
}
