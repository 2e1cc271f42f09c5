import { UsageError } from '../../bytes/errors.js';
import type { CipherKey, PrepareCipher } from '../../crypto/cipher.js';
import { cipherByName } from '../../crypto/ciphers.js';
import { type IntegrityKey, integrityByName } from '../../crypto/integrity.js';
import type { SaKeys } from '../../keymat/esp.js';
import type { ChildSa } from '../child-sa.js';

/** Keyed algorithms of one direction of an ESP SA. */
export interface EspTransform {
  readonly cipher: CipherKey;
  /** `NONE` beside combined ciphers. */
  readonly integrity: IntegrityKey;
  /** Bytes at the end of each packet. */
  readonly icvLength: number;
  readonly esn: boolean;
}

/** Throws `UsageError` for algorithms we do not have and keys that do not fit them. */
export function espTransform(child: ChildSa, keys: SaKeys, prepare: PrepareCipher): EspTransform {
  const cipher = cipherByName(child.encryption ?? '');
  const integrity = integrityByName(child.integrity);
  if (cipher === undefined) throw new UsageError(`no cipher "${child.encryption ?? ''}"`);
  if (integrity === undefined || !(integrity.checks || integrity.name === 'NONE')) {
    throw new UsageError(`no integrity algorithm "${child.integrity}"`);
  }
  return {
    cipher: prepare(cipher, keys.encryption.reveal(), keys.salt.reveal()),
    integrity: integrity.prepare(keys.integrity.reveal(), new Uint8Array(0)),
    icvLength: cipher.icvLength > 0 ? cipher.icvLength : integrity.icvLength,
    esn: child.esn,
  };
}
