import { toHex } from '../../bytes/hex.js';
import type { Ikev1Sa } from './state.js';

/** The SAs of an endpoint, found by our cookie, by number, and while they are new by their first message. */
export class SaTable {
  readonly #sas = new Map<number, Ikev1Sa>();
  readonly #byCookie = new Map<string, number>();
  /** Those whose initiator has not proved itself, the oldest first. */
  readonly #halfOpen = new Set<number>();
  readonly #byFirst = new Map<string, number>();
  readonly #firstOf = new Map<number, string>();

  get size(): number {
    return this.#sas.size;
  }

  get halfOpen(): number {
    return this.#halfOpen.size;
  }

  values(): IterableIterator<Ikev1Sa> {
    return this.#sas.values();
  }

  byNumber(number: number): Ikev1Sa | undefined {
    return this.#sas.get(number);
  }

  /** By our cookie in hex. IKEv1 does not say who sent a message: both of its cookies are to be looked for. */
  byCookie(cookie: string): Ikev1Sa | undefined {
    return this.#sas.get(this.#byCookie.get(cookie) ?? -1);
  }

  byFirstMessage(key: string): Ikev1Sa | undefined {
    return this.#sas.get(this.#byFirst.get(key) ?? -1);
  }

  oldestHalfOpen(): Ikev1Sa | undefined {
    const [number] = this.#halfOpen;
    return number === undefined ? undefined : this.#sas.get(number);
  }

  /** Puts an SA, or its next state, in. */
  put(sa: Ikev1Sa, firstMessage?: string): void {
    this.#sas.set(sa.number, sa);
    this.#byCookie.set(toHex(sa.role === 'initiator' ? sa.spiI : sa.spiR), sa.number);
    if (sa.role === 'responder' && sa.kind !== 'established') this.#halfOpen.add(sa.number);
    else this.#halfOpen.delete(sa.number);
    if (firstMessage === undefined) return;
    this.#byFirst.set(firstMessage, sa.number);
    this.#firstOf.set(sa.number, firstMessage);
  }

  remove({ number, role, spiI, spiR }: Ikev1Sa): void {
    this.#sas.delete(number);
    this.#byCookie.delete(toHex(role === 'initiator' ? spiI : spiR));
    this.#halfOpen.delete(number);
    this.#byFirst.delete(this.#firstOf.get(number) ?? '');
    this.#firstOf.delete(number);
  }
}
