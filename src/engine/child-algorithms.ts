import { cipherNameWithKey } from '../crypto/ciphers.js';
import type { ChildSa } from './child-sa.js';

/** What protects the packets of a CHILD_SA, in words: `ENCR_AES_CBC_128`, `AUTH_HMAC_SHA1_96`, `ESN`, `AH around it with …`, `IPComp DEFLATE`. */
export function childAlgorithms({ encryption, keyLength, integrity, esn, ah, compression }: ChildSa): readonly string[] {
  return [
    ...(encryption === undefined ? [] : [cipherNameWithKey(encryption, keyLength)]),
    ...(integrity === 'NONE' ? [] : [integrity]),
    ...(esn ? ['ESN'] : []),
    ...(ah === undefined ? [] : [`AH around it with ${ah.integrity}`]),
    ...(compression === undefined ? [] : [`IPComp ${compression.algorithm}`]),
  ];
}
