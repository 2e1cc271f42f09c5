import type { RandomSource } from '../../src/crypto/random-source.js';
import { seeded } from './seeded.js';

/** Bytes for whoever is handed a random source, the same for the same seed. */
export function seededBytes(seed: number): RandomSource {
  const next = seeded(seed);
  return (length) => {
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) bytes[i] = next() * 256;
    return bytes;
  };
}
