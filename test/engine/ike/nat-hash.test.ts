import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { type Hash, hashByName } from '../../../src/crypto/hash.js';
import { natHash } from '../../../src/engine/ike/nat-hash.js';

const spis = { spiI: new Uint8Array(8).fill(1), spiR: new Uint8Array(8).fill(2) };

it.each([
  ['SHA1', '192.0.2.1', [192, 0, 2, 1]],
  ['MD5', '2001:db8::1', [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]],
])('%s over SPIs, %s and its port', (name, address, bytes) => {
  const expected = createHash(name)
    .update(Buffer.concat([spis.spiI, spis.spiR, Uint8Array.of(...bytes, 0x11, 0x94)]))
    .digest();
  expect(Buffer.from(natHash(hashByName(name) as Hash, spis, { address, port: 4500 }))).toEqual(expected);
});
