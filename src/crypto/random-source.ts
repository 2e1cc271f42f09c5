import { BugError } from '../bytes/errors.js';

/** Gives as many random bytes as are asked for: `randomBytes` of node:crypto, or a seeded one where a run has to repeat. */
export type RandomSource = (length: number) => Uint8Array;

/** A source of bits that fails so often is none. The worst acceptance of a group is one half. */
const MAX_DRAWS = 128;

/**
 * Draws until `accept` makes something of the bytes: uniform over what fits, and a test vector's private value comes out as it stands.
 * @throws BugError when the source never gives what fits
 */
export function drawUntil<T>(random: RandomSource, length: number, accept: (bytes: Uint8Array) => T | undefined): T {
  for (let draw = 0; draw < MAX_DRAWS; draw++) {
    const accepted = accept(random(length));
    if (accepted !== undefined) return accepted;
  }
  throw new BugError(`no fitting value of ${length} bytes among ${MAX_DRAWS} of the random source`);
}
