import { toHex } from '../../bytes/hex.js';
import { ArmedTimers } from '../shared/armed-timers.js';
import type { Environment } from '../step.js';
import { AddressPool } from './address-pool.js';
import type { Effects } from './effects.js';
import type { Ikev2Settings } from './settings.js';
import type { Established, IkeSa } from './state.js';

/** What all IKE SAs of an endpoint share: SPIs, timers, addresses that were given. Grows and shrinks with them. */
export class Registry {
  readonly pool: AddressPool;
  readonly timers = new ArmedTimers();
  readonly #childSpis = new Set<number>();
  #numbers = 0;

  constructor(
    private readonly env: Environment,
    settings: Ikev2Settings,
  ) {
    this.pool = new AddressPool(settings.pool);
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

  /** Whether an IKE SA has a TLS stack working for it, from the first input to it on. */
  readonly conversations = new Set<number>();

  /** An IKE SA is gone: its children and addresses with it. */
  forget(sa: IkeSa, by: 'us' | 'peer', fx: Effects): void {
    this.pool.release(sa.number);
    if (sa.kind === 'established' || sa.kind === 'closing') {
      for (const spi of sa.children.keys()) {
        this.releaseChildSpi(spi);
        fx.happen(sa, { kind: 'child-down', spiIn: spi, by });
      }
    }
    if (sa.kind === 'established') this.releasePending(sa);
    if ((sa.kind === 'expect-auth-reply' || sa.kind === 'expect-eap-reply') && sa.auth.offer !== undefined)
      this.releaseChildSpi(sa.auth.offer.spiIn);
  }

  /** Gives back what was taken for CHILD_SAs that will not be. */
  releasePending(sa: Established): void {
    for (const spi of pendingSpis(sa)) this.releaseChildSpi(spi);
  }

  /** Figures that say whether anything is left behind. */
  get size(): { readonly timers: number; readonly childSpis: number; readonly leases: number } {
    return { timers: this.timers.size, childSpis: this.#childSpis.size, leases: this.pool.size };
  }
}

/** Names the TLS conversation of an IKE SA. */
export function conversationOf({ number }: { readonly number: number }): string {
  return `ike/${number}`;
}

/** SPIs of CHILD_SAs that are not there yet. */
function pendingSpis({ task, follow }: Established): readonly number[] {
  const asked = task?.kind === 'follow-up' ? task.task : task;
  return [
    ...(asked?.kind === 'child' ? [asked.offer.spiIn] : []),
    ...(task?.kind === 'delete-orphan' ? [task.spiIn] : []),
    ...(follow?.made.kind === 'child' ? [follow.made.plan.spiIn] : []),
  ];
}
