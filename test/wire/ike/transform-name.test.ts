import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import { keyLengthOf, transformName } from '../../../src/wire/ike/transform-name.js';

describe('transformName', () => {
  it.each([
    [1, 12, 256, 'AES_CBC_256'],
    [1, 20, 128, 'AES_GCM_16_128'],
    [1, 3, undefined, '3DES'],
    [1, 28, undefined, 'CHACHA20_POLY1305'],
    [1, 999, 128, 'unknown (999)_128'],
    [2, 5, undefined, 'PRF_HMAC_SHA2_256'],
    [3, 12, undefined, 'AUTH_HMAC_SHA2_256_128'],
    [4, 14, undefined, 'MODP_2048'],
    [4, 31, undefined, 'CURVE25519'],
    [6, 36, undefined, 'KE1_ML_KEM_768'],
    [12, 0, undefined, 'KE7_NONE'],
    [5, 0, undefined, 'NO_ESN'],
    [77, 1, undefined, 'unknown (1)'],
  ])('type %i id %i with %s bits is %s', (type, id, bits, name) => expect(transformName(type, id, bits)).toBe(name));

  it('reads the key length in both forms', () => {
    const transform = { type: 1, id: 12 };
    expect(keyLengthOf({ ...transform, attributes: [{ type: 14, value: 192 }] })).toBe(192);
    expect(keyLengthOf({ ...transform, attributes: [{ type: 14, value: fromHex('00000100') }] })).toBe(256);
    expect(keyLengthOf({ ...transform, attributes: [] })).toBeUndefined();
  });
});
