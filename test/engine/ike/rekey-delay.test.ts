import { expect, it } from 'vitest';
import { rekeyDelay } from '../../../src/engine/ike/rekey-delay.js';

it.each([
  [0, 80_000],
  [128, 85_000],
  [255, 89_960.9375],
])('a random byte of %i puts the rekeying of 100 s at %d ms', (byte, delay) => {
  expect(rekeyDelay(100, { env: { random: () => Uint8Array.of(byte) } })).toBeCloseTo(delay, 3);
});
