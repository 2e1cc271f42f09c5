import { toHex } from '../../bytes/hex.js';
import type { IkeSa } from './state.js';

/** Our own SPI of an IKE SA in hex: what the table finds it by. */
export function ownSpi(sa: Pick<IkeSa, 'role' | 'spiI' | 'spiR'>): string {
  return toHex(sa.role === 'initiator' ? sa.spiI : sa.spiR);
}

/** The IKE SAs of an endpoint, found by our SPI, by number, and while they are new by their first request. */
export class SaTable {
  readonly #sas = new Map<string, IkeSa>();
  readonly #spiOfNumber = new Map<number, string>();
  /** Own SPIs of IKE SAs whose initiator has not proved itself, the oldest first. */
  readonly #halfOpen = new Set<string>();
  /** First requests that were answered, so that one that comes again makes no second IKE SA. */
  readonly #firstRequests = new Map<string, string>();
  readonly #requestOf = new Map<string, string>();

  get size(): number {
    return this.#sas.size;
  }

  get halfOpen(): number {
    return this.#halfOpen.size;
  }

  values(): IterableIterator<IkeSa> {
    return this.#sas.values();
  }

  find(spi: string): IkeSa | undefined {
    return this.#sas.get(spi);
  }

  byNumber(number: number): IkeSa | undefined {
    const spi = this.#spiOfNumber.get(number);
    return spi === undefined ? undefined : this.#sas.get(spi);
  }

  byFirstRequest(key: string): IkeSa | undefined {
    const spi = this.#firstRequests.get(key);
    return spi === undefined ? undefined : this.#sas.get(spi);
  }

  /** The one that waits for its initiator for longest. */
  oldestHalfOpen(): IkeSa | undefined {
    const [spi] = this.#halfOpen;
    return spi === undefined ? undefined : this.#sas.get(spi);
  }

  /** Puts an IKE SA, or its next state, in. */
  put(sa: IkeSa, firstRequest?: string): void {
    const spi = ownSpi(sa);
    this.#sas.set(spi, sa);
    this.#spiOfNumber.set(sa.number, spi);
    if (sa.role === 'responder' && sa.kind !== 'established' && sa.kind !== 'closing') this.#halfOpen.add(spi);
    else this.#halfOpen.delete(spi);
    if (firstRequest === undefined) return;
    this.#firstRequests.set(firstRequest, spi);
    this.#requestOf.set(spi, firstRequest);
  }

  remove(sa: IkeSa): void {
    const spi = ownSpi(sa);
    this.#sas.delete(spi);
    this.#spiOfNumber.delete(sa.number);
    this.#halfOpen.delete(spi);
    const request = this.#requestOf.get(spi);
    if (request === undefined) return;
    this.#requestOf.delete(spi);
    this.#firstRequests.delete(request);
  }
}
