/** Most different notes kept of one capture: a hostile file must not fill the memory. */
const MAX_NOTES = 32;

/** Collects remarks on a capture file. The same remark again is counted, not repeated. */
export class Notes {
  readonly #known = new Map<string, { readonly text: string; count: number }>();
  #more = 0;

  /** @param text the remark with the place it was first met, @param key what makes two remarks the same (default: the text itself) */
  add(text: string, key = text): void {
    const known = this.#known.get(key);
    if (known !== undefined) known.count++;
    else if (this.#known.size < MAX_NOTES) this.#known.set(key, { text, count: 1 });
    else this.#more++;
  }

  /** The remarks in the order first made, with `(12 times)` behind those made again. */
  list(): string[] {
    const list = [...this.#known.values()].map(({ text, count }) => (count === 1 ? text : `${text} (${count} times)`));
    if (this.#more > 0) list.push(`${this.#more} more remarks of other kinds`);
    return list;
  }
}
