import { toHex } from '../../bytes/hex.js';
import { ArmedTimers } from '../shared/armed-timers.js';
import type { Environment } from '../step.js';
import { AddressPool, type PoolRange } from './address-pool.js';

/** What all IKE SAs of an endpoint share: numbers, SPIs, timers, addresses that were given. Grows and shrinks with them. */
export class Registry {
  readonly pool: AddressPool;
  readonly timers = new ArmedTimers();
  /** IKE SAs that have a TLS stack working for them, by number. */
  readonly conversations = new Set<number>();
  readonly #childSpis = new Set<number>();
  #numbers = 0;

  constructor(
    private readonly env: Environment,
    { pool }: { readonly pool?: { readonly pools: readonly PoolRange[] } },
  ) {
    this.pool = new AddressPool(pool?.pools);
  }

  /** A number that names an IKE SA and its timers. */
  nextNumber(): number {
    this.#numbers += 1;
    return this.#numbers;
  }

  /** An IKE SPI; zero means "none yet" (RFC 7296 §3.1). */
  newIkeSpi(): Uint8Array {
    const spi = this.env.random(8);
    return spi.some((byte) => byte !== 0) ? spi : this.newIkeSpi();
  }

  /** An SPI for ESP or AH that is free here; up to 255 are reserved (RFC 4303 §2.1). */
  newChildSpi(): number {
    for (;;) {
      const spi = Number.parseInt(toHex(this.env.random(4)), 16);
      if (spi > 255 && !this.#childSpis.has(spi)) {
        this.#childSpis.add(spi);
        return spi;
      }
    }
  }

  releaseChildSpi(spi: number): void {
    this.#childSpis.delete(spi);
  }

  /** A CPI of the range that both sides may choose freely (RFC 3173 §3.3). */
  newCpi(): number {
    const [high = 0, low = 0] = this.env.random(2);
    return 256 + (((high << 8) | low) % (61440 - 256));
  }

  /** Figures that say whether anything is left behind. */
  get size(): { readonly timers: number; readonly childSpis: number; readonly leases: number } {
    return { timers: this.timers.size, childSpis: this.#childSpis.size, leases: this.pool.size };
  }
}
