import type { Arrival, Transport } from '../../src/transport/transport.js';

/** Milliseconds: what goes over loopback is there long before; this only ends what hangs. */
const PATIENCE = 30_000;

/** What a transport brought, and waiting for it. Becomes the transport's one listener. */
export class Arrivals {
  readonly all: Arrival[] = [];
  #check: () => void = () => {};

  constructor(transport: Transport) {
    transport.onArrival((arrival) => {
      this.all.push(arrival);
      this.#check();
    });
  }

  /** Waits until so many have come. */
  count(wanted: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${this.all.length} of ${wanted} arrivals came`)), PATIENCE);
      this.#check = () => {
        if (this.all.length < wanted) return;
        clearTimeout(timer);
        resolve();
      };
      this.#check();
    });
  }
}
