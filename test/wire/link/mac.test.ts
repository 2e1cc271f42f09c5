import { expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes/hex.js';
import { ByteReader } from '../../../src/bytes/reader.js';
import { ByteWriter } from '../../../src/bytes/writer.js';
import { formatMac, readMac, writeMac } from '../../../src/wire/link/mac.js';

it.each([
  ['001b213c9df8', '00:1b:21:3c:9d:f8'],
  ['ffffffffffff', 'ff:ff:ff:ff:ff:ff'],
  ['000000000000', '00:00:00:00:00:00'],
  ['800000000001', '80:00:00:00:00:01'],
])('reads, formats and writes %s', (hex, text) => {
  const address = readMac(new ByteReader(fromHex(hex)), 'address');
  expect(formatMac(address)).toBe(text);
  const writer = new ByteWriter();
  writeMac(writer, address);
  expect(toHex(writer.finish())).toBe(hex);
});
