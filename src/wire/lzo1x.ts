import { findMatches } from './lz-matches.js';

/** Lengths beyond their bits go on in bytes of zero, each worth this. */
const ZERO = 255;
/** Distances of the long form begin here; this one itself ends the stream. */
const FAR = 0x4000;
/** Distances of three bytes after a run of literals. */
const NEAR = 0x0800;
/** What the last instruction did: copied 0 to 3 literals behind a match, or a run of literals. */
const AFTER_RUN = 4;
/** First bytes from here on are a run of literals. */
const FIRST_RUN = 17;

/**
 * Decompresses a stream of LZO1X (the Linux kernel's `Documentation/staging/lzo.rst` describes the format).
 * @param out filled from the front; what does not fit there is refused
 * @returns bytes written; undefined when it is no such stream, or goes on behind its end
 */
export function decompressLzo1x(input: Uint8Array, out: Uint8Array): number | undefined {
  let from = 0;
  let to = 0;
  let state = 0;

  const length = (bits: number, mask: number): number => {
    if (bits !== 0) return bits;
    let sum = mask;
    for (;;) {
      const more = input[from++];
      if (more === undefined) return Number.POSITIVE_INFINITY;
      if (more !== 0) return sum + more;
      sum += ZERO;
    }
  };
  const literals = (count: number): boolean => {
    if (from + count > input.length || to + count > out.length) return false;
    for (const end = from + count; from < end; ) out[to++] = input[from++] as number;
    return true;
  };
  const match = (count: number, distance: number): boolean => {
    if (distance > to || to + count > out.length) return false;
    // Byte by byte: a match may reach into what it writes.
    for (const end = to + count; to < end; to++) out[to] = out[to - distance] as number;
    return true;
  };

  const first = input[0] ?? 0;
  if (first > FIRST_RUN) {
    from = 1;
    const count = first - FIRST_RUN;
    if (!literals(count)) return undefined;
    state = Math.min(count, AFTER_RUN);
  }
  while (from < input.length) {
    const code = input[from++] as number;
    if (code < 16 && state === 0) {
      if (!literals(3 + length(code, 15))) return undefined;
      state = AFTER_RUN;
      continue;
    }
    let count: number;
    let distance: number;
    let low = code;
    if (code < 16) {
      const after = state === AFTER_RUN;
      count = after ? 3 : 2;
      distance = ((input[from++] ?? 0) << 2) + (code >> 2) + 1 + (after ? NEAR : 0);
    } else if (code < 64) {
      const far = code < 32;
      count = 2 + (far ? length(code & 7, 7) : length(code & 31, 31));
      low = input[from++] ?? 0;
      const bits = ((input[from++] ?? 0) << 6) + (low >> 2);
      distance = far ? FAR + ((code & 8) << 11) + bits : bits + 1;
      if (far && distance === FAR) return from === input.length ? to : undefined;
    } else {
      count = code < 128 ? 3 + ((code >> 5) & 1) : 5 + ((code >> 5) & 3);
      distance = ((input[from++] ?? 0) << 3) + ((code >> 2) & 7) + 1;
    }
    state = low & 3;
    if (!match(count, distance) || !literals(state)) return undefined;
  }
  return undefined;
}

/** Longest distance that has a form. */
const MAX_DISTANCE = 0xbfff;
/** Behind the last match, as the reference leaves it. */
const TAIL = 3;
/** A distance of `FAR`, which ends the stream. */
const END = [FIRST_RUN, 0, 0] as const;

/** What `decompressLzo1x` reads. Undefined when it would be no shorter. */
export function compressLzo1x(input: Uint8Array): Uint8Array | undefined {
  const out = new Uint8Array(input.length + Math.ceil(input.length / ZERO) + 16);
  let to = 0;
  /** A code whose length has so many bits; 0 there and more behind when it does not fit. */
  const coded = (code: number, length: number, mask: number): void => {
    if (length <= mask) {
      out[to++] = code | length;
      return;
    }
    out[to++] = code;
    let rest = length - mask;
    for (; rest > ZERO; rest -= ZERO) out[to++] = 0;
    out[to++] = rest;
  };
  const literals = (from: number, count: number): void => {
    if (count === 0) return;
    if (to === 0 && count <= 255 - FIRST_RUN) out[to++] = FIRST_RUN + count;
    // Two bits of the match before, whose low byte is the last but one in each form.
    else if (count <= 3) out[to - 2] = (out[to - 2] as number) | count;
    else coded(0, count - 3, 15);
    out.set(input.subarray(from, from + count), to);
    to += count;
  };
  const rest = findMatches(input, MAX_DISTANCE, input.length, TAIL, (from, count, length, distance) => {
    literals(from, count);
    if (length <= 8 && distance <= NEAR) {
      out[to++] = ((length - 1) << 5) | (((distance - 1) & 7) << 2);
      out[to++] = (distance - 1) >> 3;
      return;
    }
    const near = distance <= FAR;
    const bits = near ? distance - 1 : distance - FAR;
    coded(near ? 32 : 16 | ((bits & FAR) >> 11), length - 2, near ? 31 : 7);
    out[to++] = (bits << 2) & 0xff;
    out[to++] = (bits >> 6) & 0xff;
  });
  literals(rest, input.length - rest);
  for (const byte of END) out[to++] = byte;
  return to < input.length ? out.subarray(0, to) : undefined;
}
