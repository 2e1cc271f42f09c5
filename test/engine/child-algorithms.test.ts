import { describe, expect, it } from 'vitest';
import { childAlgorithms } from '../../src/engine/child-algorithms.js';
import type { ChildSa } from '../../src/engine/child-sa.js';
import { childPair } from './esp/make-child.js';

describe('what protects a CHILD_SA', () => {
  const { left: plain } = childPair({ encryption: 'ENCR_AES_CBC', keyLength: 16, integrity: 'AUTH_HMAC_SHA1_96' });
  const ah = { ...plain, integrity: 'AUTH_HMAC_MD5_96' };
  it.each<[Partial<ChildSa>, string]>([
    [{}, 'ENCR_AES_CBC_128, AUTH_HMAC_SHA1_96'],
    [{ esn: true }, 'ENCR_AES_CBC_128, AUTH_HMAC_SHA1_96, ESN'],
    [
      { ah, compression: { algorithm: 'DEFLATE', cpiIn: 300, cpiOut: 400 } },
      'ENCR_AES_CBC_128, AUTH_HMAC_SHA1_96, AH around it with AUTH_HMAC_MD5_96, IPComp DEFLATE',
    ],
  ])('%#', (change, wanted) => {
    expect(childAlgorithms({ ...plain, ...change }).join(', ')).toBe(wanted);
  });
});
