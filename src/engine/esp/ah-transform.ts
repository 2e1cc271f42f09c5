import { UsageError } from '../../bytes/errors.js';
import { type IntegrityKey, integrityByName } from '../../crypto/integrity.js';
import type { SaKeys } from '../../keymat/esp.js';

/** The addresses that the outer header of our packets carries, as text. */
export interface OuterAddresses {
  readonly local: string;
  readonly remote: string;
}

/**
 * The keyed algorithm of one direction of an AH SA; GMAC has its salt behind the key (RFC 4543 §5.3). Throws `UsageError` for
 * algorithms we do not have and keys that do not fit them.
 */
export function ahTransform(name: string, keys: SaKeys): IntegrityKey {
  const integrity = integrityByName(name);
  if (!integrity?.checks) throw new UsageError(`no integrity algorithm "${name}"`);
  const material = keys.integrity.reveal();
  const saltAt = material.length - integrity.saltLength;
  return integrity.prepare(material.subarray(0, saltAt), material.subarray(saltAt));
}
