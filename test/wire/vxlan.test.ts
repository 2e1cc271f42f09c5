import { expect, it } from 'vitest';
import { fromHex } from '../../src/bytes/hex.js';
import { ByteReader } from '../../src/bytes/reader.js';
import { decodeVxlan } from '../../src/wire/vxlan.js';

it('reads the network id', () => {
  expect(decodeVxlan(new ByteReader(fromHex('08000000 00002a 00')))).toEqual({ kind: 'vxlan', networkId: 42 });
});

it.each(['00000000 00002a 00', '08000001 00002a 00', '08000000 00002a 01', '0800'])('refuses "%s"', (hex) => {
  expect(() => decodeVxlan(new ByteReader(fromHex(hex)))).toThrow(/VXLAN/);
});
