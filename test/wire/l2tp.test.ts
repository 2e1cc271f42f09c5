import { expect, it } from 'vitest';
import { fromHex } from '../../src/bytes/hex.js';
import { ByteReader } from '../../src/bytes/reader.js';
import { decodeL2tp } from '../../src/wire/l2tp.js';

it.each([
  ['a control message', 'c802 0014 0007 0000 0000 0000', { kind: 'l2tp', control: true, version: 2, tunnelId: 7, sessionId: 0 }],
  ['data', '0002 0007 0009 ff03', { kind: 'l2tp', control: false, version: 2, tunnelId: 7, sessionId: 9 }],
])('reads %s', (_name, hex, header) => expect(decodeL2tp(new ByteReader(fromHex(hex)))).toEqual(header));

it.each(['c803 0014 0007 0000', 'c802', ''])('refuses "%s"', (hex) => {
  expect(() => decodeL2tp(new ByteReader(fromHex(hex)))).toThrow(/L2TP/);
});
