import type { BlockCipher } from './block-cipher.js';

/** The 4-bit permutations t0..t3 behind q0 and q1 (Twofish paper, §4.3.5). */
const q0Rows = ['817d6f320b59eca4', 'ecb81235f4a6709d', 'ba5e6d90c8f32471', 'd7f4126e9b3085ca'];
const q1Rows = ['28bdf76e31940ac5', '1e2b4c376da5f908', '4c75169a0ed82b3f', 'b951c3de647f208a'];

function permutation(rows: readonly string[]): Uint8Array {
  const t = rows.map((row) => Array.from(row, (digit) => Number.parseInt(digit, 16)));
  const look = (row: number, at: number): number => (t[row] as number[])[at] as number;
  const turn = (nibble: number): number => (nibble >> 1) | ((nibble & 1) << 3);
  return Uint8Array.from({ length: 256 }, (_, x) => {
    let a = x >> 4;
    let b = x & 15;
    for (const row of [0, 2]) {
      const mixed = a ^ b;
      const turned = (a ^ turn(b) ^ (8 * a)) & 15;
      a = look(row, mixed);
      b = look(row + 1, turned);
    }
    return (b << 4) | a;
  });
}

const q0 = permutation(q0Rows);
const q1 = permutation(q1Rows);

/** Product in GF(2^8) modulo `polynomial`. */
function multiply(a: number, b: number, polynomial: number): number {
  let product = 0;
  for (let x = a, y = b; y > 0; y >>= 1) {
    if ((y & 1) !== 0) product ^= x;
    x <<= 1;
    if (x > 255) x ^= polynomial;
  }
  return product;
}

const mds = [
  [0x01, 0xef, 0x5b, 0x5b],
  [0x5b, 0xef, 0xef, 0x01],
  [0xef, 0x5b, 0x01, 0xef],
  [0xef, 0x01, 0xef, 0x5b],
] as const;
const rs = [
  [0x01, 0xa4, 0x55, 0x87, 0x5a, 0x58, 0xdb, 0x9e],
  [0xa4, 0x56, 0x82, 0xf3, 0x1e, 0xc6, 0x68, 0xe5],
  [0x02, 0xa1, 0xfc, 0xc1, 0x47, 0xae, 0x3d, 0x19],
  [0xa4, 0x55, 0x87, 0x5a, 0x58, 0xdb, 0x9e, 0x03],
] as const;

/** What one byte of the input column adds to the word behind the MDS matrix. */
const mdsColumns = [0, 1, 2, 3].map((column) =>
  Uint32Array.from({ length: 256 }, (_, x) =>
    mds.reduce((word, row, i) => (word | (multiply(x, row[column] as number, 0x169) << (8 * i))) >>> 0, 0),
  ),
);

/** Which permutation each of the four bytes passes at each stage of h, the innermost (longest key) first. */
const stages = [
  [q1, q0, q0, q1],
  [q1, q1, q0, q0],
  [q0, q1, q0, q1],
  [q0, q0, q1, q1],
] as const;
const outermost = [q1, q0, q1, q0] as const;

/** The four bytes of h's word for byte position `byte`, before the words are added: keyed substitution then MDS. */
function hByte(x: number, byte: number, list: readonly Uint8Array[]): number {
  let y = x;
  for (let i = list.length - 1; i >= 0; i--) {
    const q = (stages[3 - i] as (typeof stages)[number])[byte] as Uint8Array;
    y = (q[y] as number) ^ ((list[i] as Uint8Array)[byte] as number);
  }
  return (mdsColumns[byte] as Uint32Array)[(outermost[byte] as Uint8Array)[y] as number] as number;
}

const rotateLeft = (x: number, n: number): number => ((x << n) | (x >>> (32 - n))) >>> 0;
const rotateRight = (x: number, n: number): number => ((x >>> n) | (x << (32 - n))) >>> 0;

/** Twofish (Schneier and others 1998); keys of 16, 24 or 32 bytes. OpenSSL never had it; FreeS/WAN offered it for ESP. */
export function scheduleTwofish(key: Uint8Array): BlockCipher {
  const k = key.length / 8;
  const even: Uint8Array[] = [];
  const odd: Uint8Array[] = [];
  const boxKeys: Uint8Array[] = [];
  for (let i = 0; i < k; i++) {
    even.push(key.subarray(8 * i, 8 * i + 4));
    odd.push(key.subarray(8 * i + 4, 8 * i + 8));
    boxKeys.unshift(
      Uint8Array.from(rs, (row) => row.reduce((sum, factor, j) => sum ^ multiply(key[8 * i + j] as number, factor, 0x14d), 0)),
    );
  }
  const h = (x: number, list: readonly Uint8Array[]): number =>
    (hByte(x, 0, list) ^ hByte(x, 1, list) ^ hByte(x, 2, list) ^ hByte(x, 3, list)) >>> 0;
  const words = new Uint32Array(40);
  for (let i = 0; i < 20; i++) {
    const a = h(2 * i, even);
    const b = rotateLeft(h(2 * i + 1, odd), 8);
    words[2 * i] = a + b;
    words[2 * i + 1] = rotateLeft((a + 2 * b) >>> 0, 9);
  }
  const boxes = [0, 1, 2, 3].map((byte) => Uint32Array.from({ length: 256 }, (_, x) => hByte(x, byte, boxKeys)));
  const look = (box: number, x: number): number => (boxes[box] as Uint32Array)[x & 255] as number;
  const g = (x: number): number => look(0, x) ^ look(1, x >>> 8) ^ look(2, x >>> 16) ^ look(3, x >>> 24);
  const word = (i: number): number => words[i] as number;

  return {
    encrypt(block) {
      const view = new DataView(block.buffer, block.byteOffset, 16);
      let [a, b, c, d] = [0, 1, 2, 3].map((i) => (view.getUint32(4 * i, true) ^ word(i)) >>> 0) as [number, number, number, number];
      for (let round = 0; round < 16; round++) {
        const t0 = g(a);
        const t1 = g(rotateLeft(b, 8));
        const nextA = rotateRight((c ^ (t0 + t1 + word(8 + 2 * round))) >>> 0, 1);
        const nextB = (rotateLeft(d, 1) ^ (t0 + 2 * t1 + word(9 + 2 * round))) >>> 0;
        [a, b, c, d] = [nextA, nextB, a, b];
      }
      for (const [i, x] of [c, d, a, b].entries()) view.setUint32(4 * i, x ^ word(4 + i), true);
    },
    decrypt(block) {
      const view = new DataView(block.buffer, block.byteOffset, 16);
      let [c, d, a, b] = [0, 1, 2, 3].map((i) => (view.getUint32(4 * i, true) ^ word(4 + i)) >>> 0) as [number, number, number, number];
      for (let round = 15; round >= 0; round--) {
        const t0 = g(c);
        const t1 = g(rotateLeft(d, 8));
        const beforeC = (rotateLeft(a, 1) ^ (t0 + t1 + word(8 + 2 * round))) >>> 0;
        const beforeD = rotateRight((b ^ (t0 + 2 * t1 + word(9 + 2 * round))) >>> 0, 1);
        [a, b, c, d] = [c, d, beforeC, beforeD];
      }
      for (const [i, x] of [a, b, c, d].entries()) view.setUint32(4 * i, x ^ word(i), true);
    },
  };
}
