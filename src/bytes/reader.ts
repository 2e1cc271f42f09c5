import { DecodeError } from './errors.js';

/**
 * Reads big-endian fields in order, each under its name. A read past the end throws
 * `DecodeError`; nothing is ever clamped. A length opens a child reader that cannot see past it.
 */
export class ByteReader {
  readonly #bytes: Uint8Array;
  /** What is to be added to an index to get an offset within the outermost message. */
  readonly #shift: number;
  readonly #end: number;
  #at: number;

  /**
   * @param base offset of the first byte to read within the outermost message, for error texts
   * @param start first index to read, `end` the one behind the last: children share the bytes of their parent
   */
  constructor(bytes: Uint8Array, base = 0, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#shift = base - start;
    this.#at = start;
    this.#end = end;
  }

  /** Offset of the next byte, counted from the beginning of the outermost reader. */
  get offset(): number {
    return this.#at + this.#shift;
  }

  /** Bytes left. */
  get remaining(): number {
    return this.#end - this.#at;
  }

  #take(count: number, field: string): number {
    const at = this.#at;
    if (count < 0 || count > this.#end - at) throw new DecodeError(field, this.offset, count, this.remaining);
    this.#at = at + count;
    return at;
  }

  u8(field: string): number {
    return this.#bytes[this.#take(1, field)] as number;
  }

  u16(field: string): number {
    const at = this.#take(2, field);
    const b = this.#bytes;
    return ((b[at] as number) << 8) | (b[at + 1] as number);
  }

  u24(field: string): number {
    const at = this.#take(3, field);
    const b = this.#bytes;
    return ((b[at] as number) << 16) | ((b[at + 1] as number) << 8) | (b[at + 2] as number);
  }

  u32(field: string): number {
    const at = this.#take(4, field);
    const b = this.#bytes;
    return (((b[at] as number) << 24) | ((b[at + 1] as number) << 16) | ((b[at + 2] as number) << 8) | (b[at + 3] as number)) >>> 0;
  }

  u64(field: string): bigint {
    return (BigInt(this.u32(field)) << 32n) | BigInt(this.u32(field));
  }

  /** A view (not a copy) of the next `count` bytes. */
  bytes(count: number, field: string): Uint8Array {
    const at = this.#take(count, field);
    return this.#bytes.subarray(at, at + count);
  }

  /** All that is left, possibly nothing. */
  rest(): Uint8Array {
    return this.bytes(this.remaining, 'rest');
  }

  skip(count: number, field: string): void {
    this.#take(count, field);
  }

  /** A reader over the next `count` bytes, which this one then has behind it. */
  sub(count: number, field: string): ByteReader {
    const base = this.offset;
    const at = this.#take(count, field);
    return new ByteReader(this.#bytes, base, at, at + count);
  }

  /** A second reader at the same place; reading from it moves nothing here. */
  fork(): ByteReader {
    return new ByteReader(this.#bytes, this.offset, this.#at, this.#end);
  }

  /** Throws when anything is left: `field` names the structure that should have ended. */
  end(field: string): void {
    if (this.remaining > 0) {
      throw new DecodeError(field, this.offset, 0, this.remaining, `${this.remaining} byte${this.remaining === 1 ? '' : 's'} left over`);
    }
  }

  /** A `DecodeError` at the present place, for what a length check cannot see. */
  fail(field: string, reason: string): DecodeError {
    return new DecodeError(field, this.offset, 0, this.remaining, reason);
  }
}
