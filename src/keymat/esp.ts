import { UsageError } from '../bytes/errors.js';
import { Secret } from '../bytes/secret.js';
import type { Cipher } from '../crypto/cipher.js';
import type { Integrity } from '../crypto/integrity.js';

/** Keys of one direction of an ESP or AH SA. `cipher` keys are empty for AH and ENCR_NULL. */
export interface SaKeys {
  readonly encryption: Secret;
  readonly salt: Secret;
  readonly integrity: Secret;
}

/** Bytes of key material that one direction takes (RFC 7296 §2.17, RFC 2409 §5.5). `keyLength`: bytes of cipher key, salt not counted. */
export function saKeyLength(cipher: Cipher | undefined, keyLength: number, integrity: Integrity): number {
  return (cipher === undefined ? 0 : keyLength + cipher.saltLength) + integrity.keyLength + integrity.saltLength;
}

/**
 * Cuts one direction out of KEYMAT: encryption key, its salt, integrity key (RFC 7296 §2.17, RFC 4106 §8.1).
 * `material` begins where the direction begins. Throws `UsageError` when it is too short.
 */
export function splitSaKeys(material: Uint8Array, cipher: Cipher | undefined, keyLength: number, integrity: Integrity): SaKeys {
  const need = saKeyLength(cipher, keyLength, integrity);
  if (material.length < need) throw new UsageError(`the SA needs ${need} bytes of key material, ${material.length} there`);
  const salt = keyLength + (cipher?.saltLength ?? 0);
  const cipherLength = cipher === undefined ? 0 : keyLength;
  const integrityAt = cipher === undefined ? 0 : salt;
  return {
    encryption: new Secret(material.slice(0, cipherLength)),
    salt: new Secret(material.slice(cipherLength, integrityAt)),
    integrity: new Secret(material.slice(integrityAt, need)),
  };
}

/** Both directions of a CHILD_SA in the order of KEYMAT: initiator to responder first (RFC 7296 §2.17). */
export function splitChildKeys(
  keymat: Uint8Array,
  cipher: Cipher | undefined,
  keyLength: number,
  integrity: Integrity,
): { readonly initiator: SaKeys; readonly responder: SaKeys } {
  const each = saKeyLength(cipher, keyLength, integrity);
  return {
    initiator: splitSaKeys(keymat, cipher, keyLength, integrity),
    responder: splitSaKeys(keymat.subarray(each), cipher, keyLength, integrity),
  };
}

/** Parts a combined "key and salt" as Linux and Wireshark write it. Throws `UsageError` when shorter than the salt. */
export function splitKeyAndSalt(cipher: Cipher, joined: Uint8Array): { readonly key: Secret; readonly salt: Secret } {
  if (joined.length < cipher.saltLength)
    throw new UsageError(`${cipher.name} takes key and salt together, ${joined.length} bytes are too few`);
  const at = joined.length - cipher.saltLength;
  return { key: new Secret(joined.slice(0, at)), salt: new Secret(joined.slice(at)) };
}
