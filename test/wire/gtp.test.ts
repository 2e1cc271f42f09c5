import { expect, it } from 'vitest';
import { fromHex } from '../../src/bytes/hex.js';
import { ByteReader } from '../../src/bytes/reader.js';
import { decodeGtp } from '../../src/wire/gtp.js';

const gtp = { kind: 'gtp', messageType: 255, length: 20, tunnelId: 7, sequence: undefined };

it.each([
  ['a G-PDU', '30 ff 0014 00000007 45', gtp],
  ['with a sequence number', '32 ff 0014 00000007 0102 00 00 45', { ...gtp, sequence: 0x102 }],
  ['with two extensions', '34 ff 0014 00000007 0000 00 85 01 1009 85 01 0005 00 45', gtp],
])('reads %s and stops behind the header', (_name, hex, header) => {
  const reader = new ByteReader(fromHex(hex));
  expect(decodeGtp(reader)).toEqual(header);
  expect(reader.rest()).toEqual(fromHex('45'));
});

it.each(['50 ff 0014 00000007', '20 ff 0014 00000007', '34 ff 0014 00000007 0000 00 85 00', '30 ff'])('refuses "%s"', (hex) => {
  expect(() => decodeGtp(new ByteReader(fromHex(hex)))).toThrow(/GTP/);
});
