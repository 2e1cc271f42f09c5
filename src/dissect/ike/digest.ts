/** Odd constants of MurmurHash3 and xxHash32, which spread bits well. */
const SPREAD_1 = 0x85ebca6b;
const SPREAD_2 = 0xc2b2ae35;
const SPREAD_3 = 0x9e3779b1;
const SPREAD_4 = 0x27d4eb2f;

/**
 * A number of 53 bits that tells messages apart. Not cryptographic, and a fraction of the cost of a hash that is, for every message
 * of a capture: whoever makes two messages collide on purpose gets the second one shown as a copy of the first, which its own
 * retransmissions would be as well.
 */
export function digestOf(bytes: Uint8Array): number {
  let a = bytes.length;
  let b = SPREAD_3;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    a = Math.imul(a ^ byte, SPREAD_1);
    a = (a << 13) | (a >>> 19);
    b = Math.imul(b ^ byte, SPREAD_4);
    b = (b << 17) | (b >>> 15);
  }
  a = Math.imul(a ^ (a >>> 16) ^ b, SPREAD_2);
  b = Math.imul(b ^ (b >>> 15) ^ a, SPREAD_3);
  return (a >>> 0) * 0x20_0000 + ((b ^ (b >>> 13)) >>> 11);
}
