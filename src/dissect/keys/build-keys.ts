import { UsageError } from '../../bytes/errors.js';
import { Secret } from '../../bytes/secret.js';
import type { Cipher } from '../../crypto/cipher.js';
import type { Integrity } from '../../crypto/integrity.js';
import { integrityByName } from '../../crypto/integrity.js';
import { splitKeyAndSalt } from '../../keymat/esp.js';
import { findCipher, findIntegrity } from './algorithm-names.js';
import type { AhSaKeys, DirectionKeys, KeyOrigin } from './key-ring.js';

/** A cipher by name, or a `UsageError` that quotes it. */
export function cipherNamed(name: string): { readonly cipher: Cipher; readonly keyBits?: number } {
  const found = findCipher(name);
  if (found === undefined) throw new UsageError(`no cipher of the name "${name.slice(0, 60)}" is known`);
  return found;
}

/** An integrity algorithm by name, or a `UsageError` that quotes it. */
export function integrityNamed(name: string): Integrity {
  const found = findIntegrity(name);
  if (found === undefined) throw new UsageError(`no integrity algorithm of the name "${name.slice(0, 60)}" is known`);
  return found;
}

/**
 * Keys of one direction from what key files hold: cipher key and salt in one piece. Combined ciphers take no integrity algorithm
 * beside them, whatever the file says. Throws `UsageError` when lengths do not fit: better here, with file and line, than at a packet.
 */
export function buildDirection(
  named: { readonly cipher: Cipher; readonly keyBits?: number },
  joinedKey: Uint8Array,
  integrity: Integrity,
  integrityKey: Uint8Array,
  origin: KeyOrigin,
): DirectionKeys {
  const { cipher, keyBits } = named;
  // A NULL cipher has no key; some writers fill the field anyway.
  const { key, salt } = splitKeyAndSalt(cipher, cipher.keyLengths[0] === 0 ? new Uint8Array(0) : joinedKey);
  if (keyBits !== undefined && key.length * 8 !== keyBits) {
    throw new UsageError(
      `${cipher.name} with ${keyBits} bits takes ${keyBits / 8 + cipher.saltLength} bytes of key${cipher.saltLength > 0 ? ' and salt' : ''}, not ${joinedKey.length}`,
    );
  }
  const alone = cipher.icvLength > 0 ? (integrityByName('NONE') as Integrity) : integrity;
  cipher.prepare(key.reveal(), salt.reveal());
  if (alone.saltLength > 0) throw new UsageError(`${alone.name} is for AH; ESP has ENCR_NULL_AUTH_AES_GMAC`);
  alone.prepare(integrityKey, new Uint8Array(0));
  return { cipher, key, salt, integrity: alone, integrityKey: new Secret(alone.checks ? integrityKey : new Uint8Array(0)), origin };
}

/** Keys of an AH SA; GMAC carries its salt behind the key. Throws `UsageError` when lengths do not fit. */
export function buildAh(
  integrity: Integrity,
  joinedKey: Uint8Array,
  place: Pick<AhSaKeys, 'src' | 'dst' | 'spi' | 'esn'>,
  origin: KeyOrigin,
): AhSaKeys {
  const at = Math.max(0, joinedKey.length - integrity.saltLength);
  const [key, salt] = [joinedKey.slice(0, at), joinedKey.slice(at)];
  integrity.prepare(key, salt);
  return { ...place, integrity, integrityKey: new Secret(key), integritySalt: new Secret(salt), origin };
}
