import type { BlockCipher } from './block-cipher.js';
import { castBoxes } from './cast128-boxes.js';

let boxes: readonly Uint32Array[] | undefined;

/** Parsed on first use: few captures hold CAST. */
function loadBoxes(): readonly Uint32Array[] {
  boxes ??= castBoxes.map((text) => Uint32Array.from(text.trim().split(/\s+/), (word) => Number.parseInt(word, 16)));
  return boxes;
}

/** CAST-128 (RFC 2144); keys of 5 to 16 bytes, 12 rounds up to 10 bytes and 16 above (§2.5). OpenSSL 3 has it in its legacy provider only. */
export function scheduleCast128(key: Uint8Array): BlockCipher {
  const [s1, s2, s3, s4, s5, s6, s7, s8] = loadBoxes() as [
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ];
  const rounds = key.length <= 10 ? 12 : 16;
  const at = (box: Uint32Array, byte: number | undefined): number => box[byte as number] as number;

  const x = new Uint8Array(16);
  x.set(key);
  const z = new Uint8Array(16);
  const xWords = new DataView(x.buffer);
  const zWords = new DataView(z.buffer);
  const subkeys = new Uint32Array(32);

  // RFC 2144 §2.4: z0z1z2z3 = x0x1x2x3 ^ S5[xD] ^ S6[xF] ^ S7[xC] ^ S8[xE] ^ S7[x8], and so on.
  const mix = (out: DataView, to: number, from: number, i: Uint8Array, p: number, q: number, r: number, s: number, extra: number): void =>
    out.setUint32(to, (from ^ at(s5, i[p]) ^ at(s6, i[q]) ^ at(s7, i[r]) ^ at(s8, i[s]) ^ extra) >>> 0);
  const toZ = (): void => {
    mix(zWords, 0, xWords.getUint32(0), x, 0xd, 0xf, 0xc, 0xe, at(s7, x[0x8]));
    mix(zWords, 4, xWords.getUint32(8), z, 0x0, 0x2, 0x1, 0x3, at(s8, x[0xa]));
    mix(zWords, 8, xWords.getUint32(12), z, 0x7, 0x6, 0x5, 0x4, at(s5, x[0x9]));
    mix(zWords, 12, xWords.getUint32(4), z, 0xa, 0x9, 0xb, 0x8, at(s6, x[0xb]));
  };
  const toX = (): void => {
    mix(xWords, 0, zWords.getUint32(8), z, 0x5, 0x7, 0x4, 0x6, at(s7, z[0x0]));
    mix(xWords, 4, zWords.getUint32(0), x, 0x0, 0x2, 0x1, 0x3, at(s8, z[0x2]));
    mix(xWords, 8, zWords.getUint32(4), x, 0x7, 0x6, 0x5, 0x4, at(s5, z[0x1]));
    mix(xWords, 12, zWords.getUint32(12), x, 0xa, 0x9, 0xb, 0x8, at(s6, z[0x3]));
  };
  const four = (base: number, w: Uint8Array, rows: readonly (readonly [number, number, number, number, number])[]): void => {
    const last = [s5, s6, s7, s8];
    rows.forEach(([p, q, r, s, t], n) => {
      subkeys[base + n] = at(s5, w[p]) ^ at(s6, w[q]) ^ at(s7, w[r]) ^ at(s8, w[s]) ^ at(last[n] as Uint32Array, w[t]);
    });
  };
  for (let half = 0; half < 32; half += 16) {
    toZ();
    four(half, z, [
      [0x8, 0x9, 0x7, 0x6, 0x2],
      [0xa, 0xb, 0x5, 0x4, 0x6],
      [0xc, 0xd, 0x3, 0x2, 0x9],
      [0xe, 0xf, 0x1, 0x0, 0xc],
    ]);
    toX();
    four(half + 4, x, [
      [0x3, 0x2, 0xc, 0xd, 0x8],
      [0x1, 0x0, 0xe, 0xf, 0xd],
      [0x7, 0x6, 0x8, 0x9, 0x3],
      [0x5, 0x4, 0xa, 0xb, 0x7],
    ]);
    toZ();
    four(half + 8, z, [
      [0x3, 0x2, 0xc, 0xd, 0x9],
      [0x1, 0x0, 0xe, 0xf, 0xc],
      [0x7, 0x6, 0x8, 0x9, 0x2],
      [0x5, 0x4, 0xa, 0xb, 0x6],
    ]);
    toX();
    four(half + 12, x, [
      [0x8, 0x9, 0x7, 0x6, 0x3],
      [0xa, 0xb, 0x5, 0x4, 0x7],
      [0xc, 0xd, 0x3, 0x2, 0x8],
      [0xe, 0xf, 0x1, 0x0, 0xd],
    ]);
  }

  /** The three kinds of round function take turns (§2.2). */
  const f = (round: number, data: number): number => {
    const mask = subkeys[round] as number;
    const turn = (subkeys[16 + round] as number) & 31;
    const kind = round % 3;
    const sum = kind === 0 ? mask + data : kind === 1 ? mask ^ data : mask - data;
    const i = turn === 0 ? sum >>> 0 : ((sum << turn) | (sum >>> (32 - turn))) >>> 0;
    const a = at(s1, i >>> 24);
    const b = at(s2, (i >>> 16) & 255);
    const c = at(s3, (i >>> 8) & 255);
    const d = at(s4, i & 255);
    if (kind === 0) return ((a ^ b) - c + d) >>> 0;
    if (kind === 1) return ((a - b + c) ^ d) >>> 0;
    return (((a + b) ^ c) - d) >>> 0;
  };
  const run = (block: Uint8Array, order: (step: number) => number): void => {
    const words = new DataView(block.buffer, block.byteOffset, 8);
    let left = words.getUint32(0);
    let right = words.getUint32(4);
    for (let step = 0; step < rounds; step++) [left, right] = [right, (left ^ f(order(step), right)) >>> 0];
    words.setUint32(0, right);
    words.setUint32(4, left);
  };
  return {
    encrypt: (block) => run(block, (step) => step),
    decrypt: (block) => run(block, (step) => rounds - 1 - step),
  };
}
