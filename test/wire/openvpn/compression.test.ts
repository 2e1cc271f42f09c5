import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes/hex.js';
import {
  compressionFramings,
  FRAMING_ROOM,
  openFraming,
  readCompressionFraming,
  writeFraming,
} from '../../../src/wire/openvpn/compression.js';

const ethernet = 'fa0102030405 660102030405 0800 45000014';

it.each([
  ['4500001c', 'none', '4500001c'],
  ['fa4500001c', 'no-compress', '4500001c'],
  // The last byte changed places with the framing byte.
  ['fb00001c45', 'no-compress-swap', '4500001c'],
  ['fb', 'no-compress-swap', ''],
  // A run of four literals, and the end.
  ['66154500001c110000', 'lzo', '4500001c'],
  ['6600112233', 'lzo', undefined],
  ['694500001c40', 'lz4', '4500001c'],
  ['69112233ff', 'lz4', undefined],
  ['50004500', 'v2', '4500'],
  ['5001204500', 'v2', '4500'],
  ['50014500', 'v2', undefined],
  ['50024500', 'v2', undefined],
  // A MAC address may begin with any byte.
  [ethernet, 'none', ethernet.replaceAll(' ', '')],
  ['fa010203040566010203040508060001', 'none', 'fa010203040566010203040508060001'],
  ['66010203040566010203040586dd60', 'none', '66010203040566010203040586dd60'],
  ['fa01020304056601020304050806', 'none', 'fa01020304056601020304050806'],
  ['fa010203040566010203040508064500'.slice(0, 24), 'no-compress', '0102030405660102030405'],
  ['fa01020304056601020304050800600000', 'no-compress', '01020304056601020304050800600000'],
  ['', 'none', ''],
])('%s is framed as %s', (bytes, framing, payload) => {
  const read = readCompressionFraming(fromHex(bytes));
  expect([read.framing, read.payload && toHex(read.payload)]).toEqual([framing, payload]);
});

/** A first byte that v2 has to escape, one that it has not, and what compresses well. */
const payloads = ['50112233', '4500001c', `4500${'00'.repeat(300)}11`];

describe.each(compressionFramings)('%s', (framing) => {
  it.each(payloads.flatMap((payload) => [false, true].map((compress) => [payload, compress] as const)))(
    '%s, compressed: %s',
    (hex, compress) => {
      const payload = fromHex(hex);
      const out = new Uint8Array(payload.length + 3 + FRAMING_ROOM).fill(0xee);
      const end = writeFraming(framing, payload, compress, out, 3);
      expect(toHex(out.subarray(0, 3))).toBe('eeeeee');
      expect(toHex(openFraming(framing, out.slice(3, end)) ?? new Uint8Array(0))).toBe(hex);
      const able = framing === 'lzo' || framing === 'lz4' || framing === 'lz4-v2';
      if (compress && able && payload.length > 100) expect(end).toBeLessThan(50);
      else expect(end - 3 - payload.length).toBe(framing.endsWith('-v2') ? (hex.startsWith('50') ? 2 : 0) : framing === 'none' ? 0 : 1);
    },
  );
});

it.each([
  ['lzo', '4500001c'],
  ['lzo', 'fb00001c45'],
  ['stub', 'fa4500001c'],
  ['lz4', '4500001c'],
  ['lz4-v2', '50074500'],
] as const)('%s refuses %s', (framing, bytes) => expect(openFraming(framing, fromHex(bytes))).toBeUndefined());
