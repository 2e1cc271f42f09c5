import { findMatches } from './lz-matches.js';

/** Shortest match. */
const MIN_MATCH = 4;
/** A length that does not fit into its four bits goes on in bytes until one is not this. */
const MORE = 255;
const NIBBLE = 15;

/**
 * Decompresses one block of LZ4 (LZ4 Block Format Description), which tells neither its own length nor that of what comes out.
 * @param out filled from the front; what does not fit there is refused
 * @returns bytes written; undefined when it is no such block
 */
export function decompressLz4Block(input: Uint8Array, out: Uint8Array): number | undefined {
  let from = 0;
  let to = 0;
  const length = (nibble: number): number => {
    let sum = nibble;
    if (nibble < NIBBLE) return sum;
    for (;;) {
      const more = input[from++];
      if (more === undefined) return Number.POSITIVE_INFINITY;
      sum += more;
      if (more !== MORE) return sum;
    }
  };
  while (from < input.length) {
    const token = input[from++] as number;
    const literals = length(token >> 4);
    if (from + literals > input.length || to + literals > out.length) return undefined;
    out.set(input.subarray(from, from + literals), to);
    from += literals;
    to += literals;
    // The last sequence has no match.
    if (from === input.length) return to;
    if (from + 2 > input.length) return undefined;
    const offset = (input[from] as number) | ((input[from + 1] as number) << 8);
    from += 2;
    const match = length(token & NIBBLE) + MIN_MATCH;
    if (offset === 0 || offset > to || to + match > out.length) return undefined;
    // Byte by byte: a match may reach into what it writes.
    for (const end = to + match; to < end; to++) out[to] = out[to - offset] as number;
  }
  return undefined;
}

/** Of the end of a block: its last bytes are literals, and the last match begins so far before (§"End of block restrictions"). */
const LAST_LITERALS = 5;
const LAST_MATCH = 12;
const MAX_OFFSET = 0xffff;

/** What `decompressLz4Block` reads. Undefined when it would be no shorter. */
export function compressLz4Block(input: Uint8Array): Uint8Array | undefined {
  const out = new Uint8Array(input.length + Math.ceil(input.length / MORE) + 16);
  let to = 0;
  const more = (length: number): void => {
    if (length < NIBBLE) return;
    let rest = length - NIBBLE;
    for (; rest >= MORE; rest -= MORE) out[to++] = MORE;
    out[to++] = rest;
  };
  const literals = (from: number, count: number, match: number): void => {
    out[to++] = (Math.min(count, NIBBLE) << 4) | Math.min(match, NIBBLE);
    more(count);
    out.set(input.subarray(from, from + count), to);
    to += count;
  };
  const rest = findMatches(input, MAX_OFFSET, input.length - LAST_MATCH, LAST_LITERALS, (from, count, length, distance) => {
    literals(from, count, length - MIN_MATCH);
    out[to++] = distance & 0xff;
    out[to++] = distance >> 8;
    more(length - MIN_MATCH);
  });
  literals(rest, input.length - rest, 0);
  return to < input.length ? out.subarray(0, to) : undefined;
}
