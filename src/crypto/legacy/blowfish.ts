import type { BlockCipher } from './block-cipher.js';

const ROUNDS = 16;
const WORDS = ROUNDS + 2 + 4 * 256;
let digits: Uint32Array | undefined;

/** Partial sums of Chudnovsky's series over terms from `a` to before `b`, by halves. */
function chudnovsky(a: number, b: number): readonly [p: bigint, q: bigint, t: bigint] {
  if (b - a > 1) {
    const middle = (a + b) >> 1;
    const [p1, q1, t1] = chudnovsky(a, middle);
    const [p2, q2, t2] = chudnovsky(middle, b);
    return [p1 * p2, q1 * q2, t1 * q2 + p1 * t2];
  }
  const n = BigInt(a);
  const p = a === 0 ? 1n : (6n * n - 5n) * (2n * n - 1n) * (6n * n - 1n);
  const q = a === 0 ? 1n : n ** 3n * 10939058860032000n;
  const t = p * (13591409n + 545140134n * n);
  return [p, q, a % 2 === 0 ? t : -t];
}

/** Integer square root, Newton's way from above. */
function squareRoot(n: bigint, bits: bigint): bigint {
  let x = 1n << (bits / 2n + 1n);
  for (;;) {
    const y = (x + n / x) >> 1n;
    if (y >= x) return x;
    x = y;
  }
}

/**
 * Blowfish starts from the fraction of pi, 1042 words of 32 bits. Computing them takes milliseconds, once, and saves
 * four kilobytes of digits that nobody could proof-read.
 */
function piWords(): Uint32Array {
  if (digits !== undefined) return digits;
  const bits = BigInt(WORDS * 32 + 64);
  // Each term of the series gives 47 bits.
  const [, q, t] = chudnovsky(0, Math.ceil(Number(bits) / 47) + 1);
  const root = squareRoot(10005n << (2n * bits), 2n * bits + 14n);
  const pi = (q * 426880n * root) / t;
  const hex = ((pi - (3n << bits)) >> 64n).toString(16).padStart(WORDS * 8, '0');
  digits = Uint32Array.from({ length: WORDS }, (_, i) => Number.parseInt(hex.slice(i * 8, i * 8 + 8), 16));
  return digits;
}

/** Blowfish (Schneier 1993, used in ESP by RFC 2451); keys of 5 to 56 bytes. OpenSSL 3 has it in its legacy provider only. */
export function scheduleBlowfish(key: Uint8Array): BlockCipher {
  const state = piWords().slice();
  const p = state.subarray(0, ROUNDS + 2);
  const s = state.subarray(ROUNDS + 2);
  for (let i = 0, k = 0; i < p.length; i++) {
    let word = 0;
    for (let j = 0; j < 4; j++, k++) word = (word << 8) | (key[k % key.length] as number);
    p[i] = (p[i] as number) ^ word;
  }

  const f = (x: number): number =>
    ((((s[x >>> 24] as number) + (s[256 + ((x >>> 16) & 255)] as number)) ^ (s[512 + ((x >>> 8) & 255)] as number)) +
      (s[768 + (x & 255)] as number)) |
    0;
  const pair = new Uint32Array(2);
  /** Rounds with `p` read upwards (encrypt) or downwards (decrypt), on `pair`. */
  const run = (from: number, step: 1 | -1): void => {
    let left = pair[0] as number;
    let right = pair[1] as number;
    for (let round = 0, at = from; round < ROUNDS; round++, at += step) {
      left = (left ^ (p[at] as number)) >>> 0;
      right = (right ^ f(left)) >>> 0;
      [left, right] = [right, left];
    }
    pair[0] = right ^ (p[from + 17 * step] as number);
    pair[1] = left ^ (p[from + 16 * step] as number);
  };
  for (let at = 0; at < state.length; at += 2) {
    run(0, 1);
    state.set(pair, at);
  }

  const over = (block: Uint8Array, from: number, step: 1 | -1): void => {
    const words = new DataView(block.buffer, block.byteOffset, 8);
    pair[0] = words.getUint32(0);
    pair[1] = words.getUint32(4);
    run(from, step);
    words.setUint32(0, pair[0]);
    words.setUint32(4, pair[1]);
  };
  return {
    encrypt: (block) => over(block, 0, 1),
    decrypt: (block) => over(block, ROUNDS + 1, -1),
  };
}
