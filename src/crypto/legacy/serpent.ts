import type { BlockCipher } from './block-cipher.js';

/** The eight substitution boxes of 4 bits (Serpent paper, appendix A.5). */
const boxes = [
  '38f1a65bed42709c',
  'fc27905a1be86d34',
  '86793cafd1e40b52',
  '0fb8c963d124a75e',
  '1f83c0b6254a9e7d',
  'f52b4a9c03e8d671',
  '72c5846be91fd3a0',
  '1df0e82b74ca9356',
].map((row) => Uint8Array.from(row, (digit) => Number.parseInt(digit, 16)));
const inverses = boxes.map((box) => Uint8Array.from({ length: 16 }, (_, x) => box.indexOf(x)));

const rotateLeft = (x: number, n: number): number => ((x << n) | (x >>> (32 - n))) >>> 0;
const rotateRight = (x: number, n: number): number => ((x >>> n) | (x << (32 - n))) >>> 0;

type Words = [number, number, number, number];

/** One box over the 32 columns of four words at once: for each of the 16 inputs, the columns that hold it get its output. */
function substitute(box: Uint8Array, [a, b, c, d]: Readonly<Words>): Words {
  const low = [~a & ~b, a & ~b, ~a & b, a & b];
  const high = [~c & ~d, c & ~d, ~c & d, c & d];
  const out: Words = [0, 0, 0, 0];
  for (let input = 0; input < 16; input++) {
    const columns = (low[input & 3] as number) & (high[input >> 2] as number);
    const output = box[input] as number;
    if ((output & 1) !== 0) out[0] |= columns;
    if ((output & 2) !== 0) out[1] |= columns;
    if ((output & 4) !== 0) out[2] |= columns;
    if ((output & 8) !== 0) out[3] |= columns;
  }
  return [out[0] >>> 0, out[1] >>> 0, out[2] >>> 0, out[3] >>> 0];
}

function mix([a, b, c, d]: Readonly<Words>): Words {
  const a1 = rotateLeft(a, 13);
  const c1 = rotateLeft(c, 3);
  const b1 = rotateLeft((b ^ a1 ^ c1) >>> 0, 1);
  const d1 = rotateLeft((d ^ c1 ^ (a1 << 3)) >>> 0, 7);
  return [rotateLeft((a1 ^ b1 ^ d1) >>> 0, 5), b1, rotateLeft((c1 ^ d1 ^ (b1 << 7)) >>> 0, 22), d1];
}

function unmix([a, b, c, d]: Readonly<Words>): Words {
  const c1 = (rotateRight(c, 22) ^ d ^ (b << 7)) >>> 0;
  const a1 = (rotateRight(a, 5) ^ b ^ d) >>> 0;
  return [rotateRight(a1, 13), (rotateRight(b, 1) ^ a1 ^ c1) >>> 0, rotateRight(c1, 3), (rotateRight(d, 7) ^ c1 ^ (a1 << 3)) >>> 0];
}

const xor = (x: Readonly<Words>, y: Readonly<Words>): Words => [
  (x[0] ^ y[0]) >>> 0,
  (x[1] ^ y[1]) >>> 0,
  (x[2] ^ y[2]) >>> 0,
  (x[3] ^ y[3]) >>> 0,
];

/** Serpent (Anderson, Biham, Knudsen 1998), little-endian as ESP implementations have it; keys of 16, 24 or 32 bytes. OpenSSL never had it. */
export function scheduleSerpent(key: Uint8Array): BlockCipher {
  const padded = new Uint8Array(32);
  padded.set(key);
  if (key.length < 32) padded[key.length] = 1;
  const view = new DataView(padded.buffer);
  const w: number[] = [];
  for (let i = 0; i < 8; i++) w.push(view.getUint32(4 * i, true));
  for (let i = 0; i < 132; i++) {
    w.push(rotateLeft(((w[i] as number) ^ (w[i + 3] as number) ^ (w[i + 5] as number) ^ (w[i + 7] as number) ^ 0x9e3779b9 ^ i) >>> 0, 11));
  }
  const subkeys: Words[] = [];
  for (let i = 0; i <= 32; i++) {
    subkeys.push(substitute(boxes[(35 - i) % 8] as Uint8Array, w.slice(8 + 4 * i, 12 + 4 * i) as Words));
  }
  const subkey = (i: number): Words => subkeys[i] as Words;

  const over = (block: Uint8Array, run: (x: Words) => Words): void => {
    const words = new DataView(block.buffer, block.byteOffset, 16);
    const out = run([words.getUint32(0, true), words.getUint32(4, true), words.getUint32(8, true), words.getUint32(12, true)]);
    for (const [i, word] of out.entries()) words.setUint32(4 * i, word, true);
  };
  return {
    encrypt: (block) =>
      over(block, (start) => {
        let x = start;
        for (let round = 0; round < 32; round++) {
          x = substitute(boxes[round % 8] as Uint8Array, xor(x, subkey(round)));
          x = round < 31 ? mix(x) : xor(x, subkey(32));
        }
        return x;
      }),
    decrypt: (block) =>
      over(block, (start) => {
        let x = xor(start, subkey(32));
        for (let round = 31; round >= 0; round--) {
          if (round < 31) x = unmix(x);
          x = xor(substitute(inverses[round % 8] as Uint8Array, x), subkey(round));
        }
        return x;
      }),
  };
}
