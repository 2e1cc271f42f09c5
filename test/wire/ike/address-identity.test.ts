import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/bytes/hex.js';
import { addressIdentity } from '../../../src/wire/ike/address-identity.js';

describe('addressIdentity', () => {
  it.each([
    ['192.0.2.1', 1, 'c0000201'],
    ['2001:db8::1', 5, '20010db8000000000000000000000001'],
  ])('%s', (text, type, hex) => {
    const id = addressIdentity(text);
    expect([id?.type, toHex(id?.data ?? new Uint8Array())]).toEqual([type, hex]);
  });

  it.each(['gw.example', '192.0.2', '2001:db8', '', 'a:b'])('"%s" is none', (text) => expect(addressIdentity(text)).toBeUndefined());
});
