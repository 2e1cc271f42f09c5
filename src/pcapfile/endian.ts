/**
 * Integers of either byte order at a place the caller has checked. This is the measured fast path of
 * capture reading: V8 inlines these into the parsers' loops, and nothing else in this folder indexes bytes.
 */

/** 16 bits, unsigned. */
export function load16(data: Buffer, at: number, little: boolean): number {
  const a = data[at] as number;
  const b = data[at + 1] as number;
  return little ? a | (b << 8) : (a << 8) | b;
}

/** 32 bits, unsigned. */
export function load32(data: Buffer, at: number, little: boolean): number {
  const a = data[at] as number;
  const b = data[at + 1] as number;
  const c = data[at + 2] as number;
  const d = data[at + 3] as number;
  return (little ? a | (b << 8) | (c << 16) | (d << 24) : (a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}

/** 64 bits, unsigned; rounded above 2^53. */
export function load64(data: Buffer, at: number, little: boolean): number {
  const first = load32(data, at, little);
  const second = load32(data, at + 4, little);
  return little ? second * 0x1_0000_0000 + first : first * 0x1_0000_0000 + second;
}
