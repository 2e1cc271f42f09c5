import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../../src/bytes/errors.js';
import { fromHex } from '../../../src/bytes/hex.js';
import { decodeChain } from '../../../src/wire/ike/chain.js';
import { V2 } from '../../../src/wire/ike/tables/payload-types.js';
import { requireWellFormed } from '../../../src/wire/ike/well-formed.js';

describe('requireWellFormed', () => {
  it('hands a good chain through', () =>
    expect(requireWellFormed(decodeChain(fromHex('00 00 0005 01'), V2.Nonce, 2)).payloads).toHaveLength(1));

  it.each([
    ['00 00 0005 00', 'key exchange method at offset 4: needs 2 bytes, 1 there'],
    ['00 00 0003', 'payload length at offset 2: 3 is less than the payload header of 4'],
  ])('throws the fault of %s with its place', (hex, text) => {
    const chain = decodeChain(fromHex(hex), V2.KE, 2);
    expect(() => requireWellFormed(chain)).toThrow(DecodeError);
    expect(() => requireWellFormed(chain)).toThrow(text);
  });

  it('keeps a message that does not name its place', () =>
    expect(() => requireWellFormed({ malformed: { field: 'x', offset: 3, message: 'odd' } })).toThrow('x at offset 3: odd'));
});
