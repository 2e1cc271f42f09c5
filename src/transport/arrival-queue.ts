import type { Arrival } from './transport.js';

/** Kept until somebody listens: enough for the first flights of many peers, too little to hurt. */
const MAX_ARRIVALS = 256;
const MAX_BYTES = 1 << 20;

/** Hands arrivals to one listener; those that come before it is set are kept up to a bound, the rest is counted as dropped. */
export class ArrivalQueue<One extends object = Arrival> {
  #listener: ((arrival: One) => void) | undefined;
  #early: One[] = [];
  #bytes = 0;
  /** Arrivals that nobody was there for and that found no room. */
  dropped = 0;

  push(arrival: One): void {
    if (this.#listener !== undefined) {
      this.#listener(arrival);
      return;
    }
    const size = 'bytes' in arrival && arrival.bytes instanceof Uint8Array ? arrival.bytes.length : 0;
    if (this.#early.length >= MAX_ARRIVALS || this.#bytes + size > MAX_BYTES) {
      this.dropped++;
      return;
    }
    this.#bytes += size;
    this.#early.push(arrival);
  }

  /** Whoever listens gets what was kept at once, in order. */
  listen(listener: (arrival: One) => void): void {
    this.#listener = listener;
    const early = this.#early;
    this.#early = [];
    this.#bytes = 0;
    for (const arrival of early) this.#listener(arrival);
  }
}
