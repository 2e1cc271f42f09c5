import { toHex } from '../../bytes/hex.js';
import type { SaSpis } from './sa-id.js';

/** What the table needs of an IKE SA of either version. */
export interface TableSa extends SaSpis {
  readonly number: number;
  readonly role: 'initiator' | 'responder';
  readonly kind: string;
}

/** States in which the initiator has proved itself. */
const PROVED: readonly string[] = ['established', 'closing'];

/** The SPI that we chose, in hex. */
function ownSpi({ role, spiI, spiR }: TableSa): string {
  return toHex(role === 'initiator' ? spiI : spiR);
}

/** The IKE SAs of an endpoint, found by our SPI, by number, and while they are new by their first message. */
export class SaTable<S extends TableSa> {
  readonly #sas = new Map<number, S>();
  readonly #bySpi = new Map<string, number>();
  /** Those whose initiator has not proved itself, the oldest first. */
  readonly #halfOpen = new Set<number>();
  /** First messages that were answered, so that one that comes again makes no second IKE SA. */
  readonly #byFirst = new Map<string, number>();
  readonly #firstOf = new Map<number, string>();

  /** @param gone told of each that is taken out, for what is kept of it elsewhere */
  constructor(private readonly gone: (number: number) => void = () => {}) {}

  get size(): number {
    return this.#sas.size;
  }

  get halfOpen(): number {
    return this.#halfOpen.size;
  }

  values(): IterableIterator<S> {
    return this.#sas.values();
  }

  /** By our SPI in hex. */
  find(spi: string): S | undefined {
    return this.#sas.get(this.#bySpi.get(spi) ?? -1);
  }

  byNumber(number: number): S | undefined {
    return this.#sas.get(number);
  }

  byFirstMessage(key: string): S | undefined {
    return this.#sas.get(this.#byFirst.get(key) ?? -1);
  }

  /** The one that waits for its initiator for longest. */
  oldestHalfOpen(): S | undefined {
    const [number] = this.#halfOpen;
    return number === undefined ? undefined : this.#sas.get(number);
  }

  /** Puts an IKE SA, or its next state, in. */
  put(sa: S, firstMessage?: string): void {
    const { number } = sa;
    this.#sas.set(number, sa);
    this.#bySpi.set(ownSpi(sa), number);
    if (sa.role === 'responder' && !PROVED.includes(sa.kind)) this.#halfOpen.add(number);
    else this.#halfOpen.delete(number);
    if (firstMessage === undefined) return;
    this.#byFirst.set(firstMessage, number);
    this.#firstOf.set(number, firstMessage);
  }

  remove(sa: S): void {
    const { number } = sa;
    this.#sas.delete(number);
    this.#bySpi.delete(ownSpi(sa));
    this.#halfOpen.delete(number);
    this.gone(number);
    const first = this.#firstOf.get(number);
    if (first === undefined) return;
    this.#firstOf.delete(number);
    this.#byFirst.delete(first);
  }
}
