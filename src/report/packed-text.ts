import type { SaLabel } from '../dissect/sa/tracked-sa.js';

/* Pieces of text for output that is put together in bytes, without a string per packet. */

const ZERO = 0x30;

/** Three decimal digits of 0 to 999 in the upper bytes of a word. */
export const THREE_DIGITS = Uint32Array.from({ length: 1000 }, (_, n) => {
  const digit = (value: number) => ZERO + (value % 10);
  return ((digit(Math.floor(n / 100)) << 24) | (digit(Math.floor(n / 10)) << 16) | (digit(n) << 8)) >>> 0;
});

/** ASCII text that is going to be written often. */
export function packText(text: string): SaLabel {
  const padded = Buffer.from(text.padEnd(Math.ceil(text.length / 4) * 4));
  const words = new Uint32Array(padded.length / 4);
  for (let i = 0; i < words.length; i++) words[i] = padded.readUInt32BE(4 * i);
  return { words, length: text.length };
}

/** Writes packed text, and up to three spaces that the next piece is to cover; returns the place behind it. */
export function putText(view: DataView, at: number, { words, length }: SaLabel): number {
  for (let i = 0; i < words.length; i++) view.setUint32(at + 4 * i, words[i] as number);
  return at + length;
}

/** Writes a whole number of zero or more without leading zeroes; returns the place behind it. */
export function putDecimal(bytes: Uint8Array, at: number, value: number): number {
  let size = 1;
  for (let limit = 10; value >= limit; limit *= 10) size++;
  for (let i = size - 1, rest = value; i >= 0; i--) {
    const next = Math.floor(rest / 10);
    bytes[at + i] = ZERO + rest - next * 10;
    rest = next;
  }
  return at + size;
}
