import { BugError, UsageError } from '../bytes/errors.js';
import type { Cipher } from './cipher.js';

/** Throws `UsageError` with the lengths that would do. */
export function checkCipherKey(cipher: Pick<Cipher, 'name' | 'keyLengths' | 'saltLength'>, key: Uint8Array, salt: Uint8Array): void {
  if (!cipher.keyLengths.includes(key.length)) {
    throw new UsageError(`${cipher.name} takes a key of ${lengthsInWords(cipher.keyLengths)} bytes, not ${key.length}`);
  }
  if (salt.length !== cipher.saltLength) {
    throw new UsageError(`${cipher.name} takes a salt of ${cipher.saltLength} bytes, not ${salt.length}`);
  }
}

function lengthsInWords(lengths: readonly number[]): string {
  const sorted = [...lengths].sort((a, b) => a - b);
  if (sorted.length > 4) return `${sorted[0]} to ${sorted.at(-1)}`;
  return sorted.length === 1 ? `${sorted[0]}` : `${sorted.slice(0, -1).join(', ')} or ${sorted.at(-1)}`;
}

/** Lengths are checked where packets are taken apart; a wrong one here is our own mistake. */
export function checkBlocks(name: string, input: Uint8Array, blockSize: number): void {
  if (input.length % blockSize !== 0) throw new BugError(`${name}: ${input.length} bytes are not a multiple of ${blockSize}`);
}
