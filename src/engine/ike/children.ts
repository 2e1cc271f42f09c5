import type { ChildSa } from '../child-sa.js';
import type { Registry } from './registry.js';
import type { SaSpis } from './sa-id.js';
import type { ChildSettings } from './settings.js';

/** A CHILD_SA, or the SAs of a quick mode, that stand. */
export interface ChildRecord {
  readonly sa: ChildSa;
  /** What to ask for when it is rekeyed. */
  readonly settings: ChildSettings;
  /** Another one has taken its place, or it is being deleted: it only waits for its end. */
  readonly replaced: boolean;
  /** When we rekey it by ourselves, and when it is over, by the clock of `now`. */
  readonly rekeyAt?: number;
  readonly expireAt?: number;
}

interface Parent extends SaSpis {
  readonly number: number;
  /** By the SPI that we receive with. */
  readonly children: ReadonlyMap<number, ChildRecord>;
}

/** What of the effects of either version children need. */
interface ChildEffects {
  readonly now: number;
  readonly registry: Pick<Registry, 'releaseChildSpi'>;
  timer(sa: Parent, name: string, delay?: number): void;
  happen(sa: SaSpis, news: { readonly kind: 'child-down'; readonly spiIn: number; readonly by: 'us' | 'peer' }): void;
}

/** Sets the timers of a child, also of one that moves to another IKE SA. */
export function armChildTimers(sa: Parent, { sa: { spiIn }, rekeyAt, expireAt }: ChildRecord, fx: ChildEffects): void {
  if (rekeyAt !== undefined) fx.timer(sa, `rekey-child/${spiIn}`, Math.max(rekeyAt - fx.now, 0));
  if (expireAt !== undefined) fx.timer(sa, `expire-child/${spiIn}`, Math.max(expireAt - fx.now, 0));
}

/** Takes a child away, if it is there. */
export function removeChild<Sa extends Parent>(sa: Sa, spiIn: number, by: 'us' | 'peer', fx: ChildEffects): Sa {
  if (!sa.children.has(spiIn)) return sa;
  const children = new Map(sa.children);
  children.delete(spiIn);
  fx.registry.releaseChildSpi(spiIn);
  fx.timer(sa, `rekey-child/${spiIn}`);
  fx.timer(sa, `expire-child/${spiIn}`);
  fx.happen(sa, { kind: 'child-down', spiIn, by });
  return { ...sa, children };
}
