import { StepEffects } from '../ike/step-effects.js';
import type { Refusal } from '../refusal.js';
import type { Ikev1Happening } from './happenings.js';
import type { Established, Ikev1Sa } from './state.js';

/** What one step brings about, gathered while it runs. The functions of the exchanges return the next state and leave the rest here. */
export class Effects extends StepEffects<Ikev1Happening> {
  /** Phase 1 that was begun to replace another one: it stands beside it. */
  readonly born: Ikev1Sa[] = [];
  /** SAs that came up in this step: what they replace, or make void, is to be looked for. */
  readonly risen: { readonly number: number; readonly initialContact: boolean }[] = [];
  /** SAs whose peer says that it has lost all older ones. */
  readonly anew: Established[] = [];
  /** SAs that the peer deleted: their children may go over to another one. */
  readonly deleted: Established[] = [];

  /** The end of an SA: its timers go, its children with it, and the caller forgets it. */
  down(sa: Ikev1Sa, by: 'us' | 'peer', refusal?: Refusal): undefined {
    this.stopTimers(sa);
    if (sa.kind === 'established') {
      for (const spi of sa.children.keys()) {
        this.registry.releaseChildSpi(spi);
        this.happen(sa, { kind: 'child-down', spiIn: spi, by });
      }
      this.registry.pool.release(sa.number);
      for (const quick of sa.quick.values()) if (quick.kind !== 'done') this.registry.releaseChildSpi(quick.spiIn);
    }
    if (sa.replaces !== undefined && sa.kind !== 'established' && refusal !== undefined) {
      this.happen(sa, { kind: 'rekey-refused', refusal });
    }
    this.happen(sa, { kind: 'ike-down', by, ...(refusal === undefined ? {} : { refusal }) });
    return undefined;
  }
}
