/** What is longer comes again rarely, and to keep it costs memory. */
const LONGEST = 2048;

/**
 * Remembers what was made of bytes: captures repeat offers, vendor ids and certificates in message after message. Whoever gets
 * a value shares it with others and must not change it. Bounded: when full it starts anew.
 */
export class BytesMemo<T> {
  readonly #known = new Map<string, T>();

  /** @param entries kept at most, each for up to 2 KiB of bytes */
  constructor(private readonly entries: number) {}

  /** What `make` made of these very bytes, now or before. */
  get(bytes: Uint8Array, make: () => T): T {
    if (bytes.length > LONGEST) return make();
    const key = latin1(bytes);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const made = make();
    if (this.#known.size >= this.entries) this.#known.clear();
    this.#known.set(key, made);
    return made;
  }
}

/** A character a byte: the cheapest key for a `Map`. */
function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
