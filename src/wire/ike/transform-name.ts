import { nameOf } from '../../bytes/registry.js';
import { attributeNumber } from './attribute.js';
import type { Transform } from './payloads/sa.js';
import { TRANSFORM, TRANSFORM_ATTRIBUTE, TRANSFORM_IDS } from './tables/transforms.js';

/** Key length attribute of a transform in bits; undefined when it has none. */
export function keyLengthOf(transform: Transform): number | undefined {
  return attributeNumber(transform.attributes, TRANSFORM_ATTRIBUTE.KEY_LENGTH);
}

/**
 * The name of a transform as configurations and logs have it: `AES_CBC_256`, `PRF_HMAC_SHA2_256`,
 * `AUTH_HMAC_SHA2_256_128`, `MODP_2048`, `ESN`, `unknown (77)`; of an additional key exchange `KE1_ML_KEM_768`, which would else look like a group.
 *
 * @param type transform type
 * @param keyLength bits, for ciphers that have several
 */
export function transformName(type: number, id: number, keyLength?: number): string {
  const name = nameOf(TRANSFORM_IDS[type] ?? {}, id);
  if (type >= TRANSFORM.ADDKE1 && type <= TRANSFORM.ADDKE7) return `KE${type - TRANSFORM.ADDKE1 + 1}_${name}`;
  return type === TRANSFORM.ENCR ? withKeyLength(name, keyLength) : name;
}

/** `AES_CBC` and 256 make `AES_CBC_256`. */
export function withKeyLength(name: string, keyLength: number | undefined): string {
  return keyLength === undefined ? name : `${name}_${keyLength}`;
}
