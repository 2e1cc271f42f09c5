import { expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes/hex.js';
import { readCompressionFraming } from '../../../src/wire/openvpn/compression.js';

const ethernet = 'fa0102030405 660102030405 0800 45000014';

it.each([
  ['4500001c', 'none', '4500001c'],
  ['fa4500001c', 'no-compress', '4500001c'],
  // The last byte changed places with the framing byte.
  ['fb00001c45', 'no-compress-swap', '4500001c'],
  ['fb', 'no-compress-swap', ''],
  ['6600112233', 'lzo', undefined],
  ['6900112233', 'lz4', undefined],
  ['50004500', 'v2', '4500'],
  ['50014500', 'v2', undefined],
  // A MAC address may begin with any byte.
  [ethernet, 'none', ethernet.replaceAll(' ', '')],
  ['', 'none', ''],
])('%s is framed as %s', (bytes, framing, payload) => {
  const read = readCompressionFraming(fromHex(bytes));
  expect([read.framing, read.payload && toHex(read.payload)]).toEqual([framing, payload]);
});
