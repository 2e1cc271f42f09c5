import { putBounded } from '../../bytes/put-bounded.js';
import type { Endpoint } from '../../model/endpoint.js';
import { endpointText } from '../../model/endpoint-text.js';

/** No more are remembered: strangers need only make up an SPI to be one. */
const MOST = 10_000;

/** Where peers were heard, by what tells their lines from those of others. The one not heard of for longest is forgotten first. */
export class PeerNames<Key> {
  readonly #names = new Map<Key, string>();
  #last = '-';

  constructor(private readonly most = MOST) {}

  heard(key: Key, remote: Endpoint): void {
    this.#put(key, endpointText(remote));
  }

  /** Of whom nothing is known it is the one heard last: a rekeyed IKE SA is told of behind the message that asked for it. */
  nameOf(key: Key): string {
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    this.#put(key, this.#last);
    return this.#last;
  }

  forget(key: Key): void {
    this.#names.delete(key);
  }

  #put(key: Key, name: string): void {
    this.#last = name;
    putBounded(this.#names, this.most, key, name);
  }
}
