const HASH_BITS = 12;
const table = new Int32Array(1 << HASH_BITS);

/** A place where bytes come again: `literals` bytes from `from` on as they stand, then `length` bytes from `distance` before. */
export type OnMatch = (from: number, literals: number, length: number, distance: number) => void;

/**
 * Finds repetitions of at least four bytes, greedily, with one candidate a hash: what LZ4 and LZO1X-1 do.
 * @param end no match begins at or behind it, `tail` bytes at the end belong to none
 * @returns where the bytes behind the last match begin
 */
export function findMatches(input: Uint8Array, maxDistance: number, end: number, tail: number, onMatch: OnMatch): number {
  table.fill(-1);
  const last = input.length - tail;
  let anchor = 0;
  for (let at = 0; at < Math.min(end, last - 3); ) {
    const slot = Math.imul(word(input, at), 0x9e37_79b1) >>> (32 - HASH_BITS);
    const before = table[slot] as number;
    table[slot] = at;
    if (before < 0 || at - before > maxDistance || word(input, before) !== word(input, at)) {
      at++;
      continue;
    }
    let length = 4;
    while (at + length < last && input[before + length] === input[at + length]) length++;
    onMatch(anchor, at - anchor, length, at - before);
    at += length;
    anchor = at;
  }
  return anchor;
}

function word(input: Uint8Array, at: number): number {
  return (input[at] as number) | ((input[at + 1] as number) << 8) | ((input[at + 2] as number) << 16) | ((input[at + 3] as number) << 24);
}
