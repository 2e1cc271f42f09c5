/**
 * MD4 (RFC 1320), broken as a hash and still what Windows makes of a password: MSCHAPv2 needs it (RFC 2759 §8.3). OpenSSL 3 keeps it
 * in its legacy provider, which node does not load.
 */

const BLOCK = 64;

/** Order of words, shifts and constant of the three rounds, RFC 1320 §3.4. */
const ROUNDS = [
  { words: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15], shifts: [3, 7, 11, 19], constant: 0 },
  { words: [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15], shifts: [3, 5, 9, 13], constant: 0x5a827999 },
  { words: [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15], shifts: [3, 9, 11, 15], constant: 0x6ed9eba1 },
] as const;

const MIX = [
  (x: number, y: number, z: number) => (x & y) | (~x & z),
  (x: number, y: number, z: number) => (x & y) | (x & z) | (y & z),
  (x: number, y: number, z: number) => x ^ y ^ z,
] as const;

/** Digest of 16 bytes. */
export function md4(message: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil((message.length + 9) / BLOCK) * BLOCK);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(message.length) * 8n, true);
  const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
  for (let at = 0; at < padded.length; at += BLOCK) addBlock(state, view, at);
  const out = new DataView(new ArrayBuffer(16));
  for (const [i, word] of state.entries()) out.setInt32(4 * i, word, true);
  return new Uint8Array(out.buffer);
}

function addBlock(state: Int32Array, view: DataView, at: number): void {
  let [a, b, c, d] = state as unknown as [number, number, number, number];
  ROUNDS.forEach(({ words, shifts, constant }, round) => {
    const mix = MIX[round] as (typeof MIX)[number];
    words.forEach((word, i) => {
      const sum = (a + mix(b, c, d) + view.getInt32(at + 4 * word, true) + constant) | 0;
      const shift = shifts[i % 4] as number;
      [a, b, c, d] = [d, (sum << shift) | (sum >>> (32 - shift)), b, c];
    });
  });
  [a, b, c, d].forEach((word, i) => {
    state[i] = ((state[i] as number) + word) | 0;
  });
}
