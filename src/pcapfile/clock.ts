import { BugError } from '../bytes/errors.js';

/** End of year 9999: nothing later can be printed, and no capture is from then. */
const LATEST = 253_402_300_799;

/**
 * Turns pcapng's 64-bit time in units of an interface's resolution into seconds and nanoseconds,
 * exactly, without allocating (draft-ietf-opsawg-pcapng §4.2, if_tsresol and if_tsoffset).
 */
export class InterfaceClock {
  /** Results of the last `read`. */
  sec = 0;
  nsec = 0;
  /** Finer than microseconds. */
  readonly nanoseconds: boolean;

  readonly #units: number;
  readonly #nanosPerUnit: number;
  /** Set where nanoseconds do not follow from the units by a whole number. */
  readonly #wide: bigint | undefined;
  readonly #offset: number;
  /** The second of the last `read`: upper half, and what the lower half was when it began. Most packets fall into the same one. */
  #high = -1;
  #lowAtSecond = 0;

  /**
   * @param resolution if_tsresol: 10^-n seconds, or 2^-n where the top bit is set; 6 when the option is absent
   * @param offset if_tsoffset, seconds to add
   */
  constructor(resolution = 6, offset = 0) {
    if (!Number.isInteger(resolution) || resolution < 0 || resolution > 255) throw new BugError(`if_tsresol ${resolution} is not a byte`);
    const exponent = resolution & 0x7f;
    const decimal = resolution < 0x80;
    this.nanoseconds = exponent > (decimal ? 6 : 20);
    this.#offset = offset;
    if (decimal && exponent <= 9) {
      this.#units = 10 ** exponent;
      this.#nanosPerUnit = 10 ** (9 - exponent);
    } else {
      this.#units = 0;
      this.#nanosPerUnit = 0;
      this.#wide = (decimal ? 10n : 2n) ** BigInt(exponent);
    }
  }

  /** @returns false when the time lies outside 1970–9999: it then reads as 0 */
  read(high: number, low: number): boolean {
    const past = low - this.#lowAtSecond;
    if (high === this.#high && past >= 0 && past < this.#units) {
      this.nsec = past * this.#nanosPerUnit;
      return true;
    }
    this.#high = -1;
    if (this.#wide !== undefined) this.#readWide(high, low, this.#wide);
    else {
      // Long division with digits of 32, 16 and 16 bits: no step leaves 2^53.
      const units = this.#units;
      const first = Math.floor(high / units);
      let rest = (high - first * units) * 65_536 + (low >>> 16);
      const second = Math.floor(rest / units);
      rest = (rest - second * units) * 65_536 + (low & 0xffff);
      const third = Math.floor(rest / units);
      this.sec = first * 0x1_0000_0000 + second * 65_536 + third + this.#offset;
      rest -= third * units;
      this.nsec = rest * this.#nanosPerUnit;
      this.#lowAtSecond = low - rest;
    }
    if (this.sec >= 0 && this.sec <= LATEST) {
      this.#high = high;
      return true;
    }
    this.sec = 0;
    this.nsec = 0;
    return false;
  }

  #readWide(high: number, low: number, units: bigint): void {
    const time = (BigInt(high) << 32n) | BigInt(low);
    const sec = time / units;
    this.sec = Number(sec) + this.#offset;
    this.nsec = Number(((time - sec * units) * 1_000_000_000n) / units);
  }
}
