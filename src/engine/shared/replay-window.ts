/** What the window says of a sequence number: never seen, seen already, or older than it can tell. */
export type ReplayVerdict = 'fresh' | 'replayed' | 'outside-window';

/** Smallest and largest window, packets. RFC 4303 §3.4.3 asks for 32 at least and advises 64; Linux stops at 4096. */
const SMALLEST = 64;
const LARGEST = 4096;

const TWO_32 = 0x1_0000_0000;

/**
 * The anti-replay window of one inbound SA (RFC 4303 §3.4.3, appendix A2 for ESN). Sequence numbers go in as two halves of 32 bits,
 * the upper one zero without ESN. A number is looked up before the ICV is computed and taken in only once that fits: `advance`
 * believes what it is told.
 *
 * Bits lie in a ring by sequence number, one word more than the window needs, so that moving on clears whole words (RFC 6479).
 */
export class ReplayWindow {
  /** In packets: what was asked for, rounded up to a power of two between 64 and 4096. */
  readonly size: number;
  readonly #words: Uint32Array;
  readonly #mask: number;
  #topHigh: number;
  #topLow: number;

  /** @param last highest number seen by whoever had the SA before; 0 for an SA that is new */
  constructor(size = SMALLEST, last = 0n) {
    this.#topHigh = Number(last >> 32n);
    this.#topLow = Number(last & 0xffff_ffffn);
    this.size = 2 ** Math.ceil(Math.log2(Math.min(Math.max(size, SMALLEST), LARGEST)));
    const words = (this.size / 32) * 2;
    this.#words = new Uint32Array(words);
    this.#mask = words - 1;
  }

  /** Upper half of the highest number taken in. */
  get topHigh(): number {
    return this.#topHigh;
  }

  /** Lower half of the highest number taken in; 0 before the first. */
  get topLow(): number {
    return this.#topLow;
  }

  /** The upper half that an ESN sender must have meant with this lower half (RFC 4303 appendix A2.2). */
  highOf(low: number): number {
    const bottom = this.#topLow - this.size + 1;
    // The window lies within one subspace: what is below it belongs to the next.
    if (bottom >= 0) return low >= bottom ? this.#topHigh : (this.#topHigh + 1) % TWO_32;
    // It reaches back into the subspace before, if there is one.
    return low >= bottom + TWO_32 && this.#topHigh > 0 ? this.#topHigh - 1 : this.#topHigh;
  }

  judge(high: number, low: number): ReplayVerdict {
    // Numbers begin with 1 (§2.2); 0 is a counter that wrapped.
    if (low === 0 && high === 0) return 'outside-window';
    const ahead = this.#ahead(high, low);
    if (ahead > 0) return 'fresh';
    if (ahead <= -this.size) return 'outside-window';
    const word = this.#words[(low >>> 5) & this.#mask] as number;
    return (word & (1 << (low & 31))) === 0 ? 'fresh' : 'replayed';
  }

  /** Takes in a number that `judge` called fresh and whose packet was authentic. */
  advance(high: number, low: number): void {
    const ahead = this.#ahead(high, low);
    if (ahead > 0) {
      const from = this.#topLow >>> 5;
      // Whole words between the old top and the new one; more than the ring has means all of it.
      const steps = Math.min(Math.floor(((this.#topLow & 31) + ahead) / 32), this.#words.length);
      for (let i = 1; i <= steps; i++) this.#words[(from + i) & this.#mask] = 0;
      this.#topHigh = high;
      this.#topLow = low;
    }
    const at = (low >>> 5) & this.#mask;
    this.#words[at] = (this.#words[at] as number) | (1 << (low & 31));
  }

  /** How far a number lies ahead of the top; beyond 2^53 no longer exact, which no window notices. */
  #ahead(high: number, low: number): number {
    return (high - this.#topHigh) * TWO_32 + (low - this.#topLow);
  }
}

/** Why a number was not fresh, in words. */
export function replayText(window: ReplayWindow, verdict: 'replayed' | 'outside-window', high: number, low: number): string {
  const whole = (upper: number, lower: number) => (BigInt(upper) << 32n) | BigInt(lower);
  const top = whole(window.topHigh, window.topLow);
  const number = whole(high, low);
  if (verdict === 'replayed') return `sequence number ${number} came before; the highest is ${top}`;
  return `sequence number ${number} lies outside the window of ${window.size} that ends at ${top}`;
}
