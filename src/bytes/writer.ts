import { BugError } from './errors.js';

/** Writes big-endian fields into a growing buffer; lengths are filled in afterwards. */
export class ByteWriter {
  #bytes: Uint8Array;
  #at = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#at;
  }

  #grow(count: number): number {
    const at = this.#at;
    if (at + count > this.#bytes.length) {
      const bigger = new Uint8Array(Math.max(this.#bytes.length * 2, at + count));
      bigger.set(this.#bytes.subarray(0, at));
      this.#bytes = bigger;
    }
    this.#at = at + count;
    return at;
  }

  #put(at: number, size: number, value: number): void {
    if (!Number.isInteger(value) || value < 0 || value >= 2 ** (8 * size)) {
      throw new BugError(`${value} does not fit into ${size} byte${size === 1 ? '' : 's'}`);
    }
    for (let i = size - 1, v = value; i >= 0; i--, v = Math.floor(v / 256)) this.#bytes[at + i] = v & 0xff;
  }

  u8(value: number): this {
    this.#put(this.#grow(1), 1, value);
    return this;
  }

  u16(value: number): this {
    this.#put(this.#grow(2), 2, value);
    return this;
  }

  u24(value: number): this {
    this.#put(this.#grow(3), 3, value);
    return this;
  }

  u32(value: number): this {
    this.#put(this.#grow(4), 4, value);
    return this;
  }

  u64(value: bigint): this {
    this.u32(Number((value >> 32n) & 0xffffffffn));
    return this.u32(Number(value & 0xffffffffn));
  }

  bytes(value: Uint8Array): this {
    const at = this.#grow(value.length);
    this.#bytes.set(value, at);
    return this;
  }

  zeros(count: number): this {
    this.#grow(count);
    return this;
  }

  /** Overwrites two bytes written earlier. */
  patchU16(at: number, value: number): this {
    this.#put(at, 2, value);
    return this;
  }

  /** Overwrites four bytes written earlier. */
  patchU32(at: number, value: number): this {
    this.#put(at, 4, value);
    return this;
  }

  /** Overwrites one byte written earlier. */
  patchU8(at: number, value: number): this {
    this.#put(at, 1, value);
    return this;
  }

  /**
   * A length of `size` bytes followed by what `body` writes. The length counts the body plus `extra`
   * (for formats whose length includes their own header).
   */
  lengthPrefixed(size: 1 | 2 | 4, body: () => void, extra = 0): this {
    const at = this.#grow(size);
    body();
    this.#put(at, size, this.#at - at - size + extra);
    return this;
  }

  /** A copy of everything written. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#at);
  }
}
