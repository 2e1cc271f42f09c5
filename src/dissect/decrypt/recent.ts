import { putBounded } from '../../bytes/put-bounded.js';
/** A table of which the entries used last are kept: who fills it is a stranger. */
export class Recent<K, V> {
  readonly #entries = new Map<K, V>();

  /** @param limit entries kept */
  constructor(private readonly limit: number) {}

  /** Without using it. */
  get(key: K): V | undefined {
    return this.#entries.get(key);
  }

  set(key: K, value: V): void {
    putBounded(this.#entries, this.limit, key, value);
  }

  /** The entry, made where there is none. */
  use(key: K, make: () => V): V {
    const value = this.#entries.get(key) ?? make();
    this.set(key, value);
    return value;
  }
}
