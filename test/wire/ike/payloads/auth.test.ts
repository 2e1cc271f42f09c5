import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../../../src/bytes/errors.js';
import { fromHex } from '../../../../src/bytes/hex.js';
import { payload, splitDigitalSignature } from '../../../../src/wire/ike/payloads/auth.js';
import { codecContract } from '../../../support/codec-contract.js';

codecContract('auth', payload, [
  // RFC 7296 §3.8
  { name: 'shared key', hex: '02 000000 aabb', value: { method: 2, data: fromHex('aabb') } },
]);

describe('splitDigitalSignature', () => {
  // RFC 7427 §3
  it('parts algorithm and signature', () =>
    expect(splitDigitalSignature({ method: 14, data: fromHex('03 300101 ffee') })).toEqual({
      algorithm: fromHex('300101'),
      signature: fromHex('ffee'),
    }));
  it('refuses a length that lies', () =>
    expect(() => splitDigitalSignature({ method: 14, data: fromHex('05 300101') })).toThrow(DecodeError));
});
