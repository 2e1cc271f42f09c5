import { StepEffects } from '../ike/step-effects.js';
import type { Refusal } from '../refusal.js';
import type { TlsInput } from '../step.js';
import type { Ikev2Happening } from './happenings.js';
import type { Established, IkeSa } from './state.js';

/** What one step brings about, gathered while it runs. The functions of the exchanges return the next state and leave the rest here. */
export class Effects extends StepEffects<Ikev2Happening> {
  /** IKE SAs made by a rekeying: they stand beside the one that is stepped. */
  readonly born: IkeSa[] = [];
  /** Numbers of IKE SAs that have lingered long enough. */
  readonly outdated: number[] = [];
  /** IKE SAs whose peer says that older ones with its identity are void. */
  readonly newcomers: Established[] = [];

  /** Something for the TLS stack that works for an IKE SA. */
  converse(sa: { readonly number: number }, input: TlsInput): void {
    this.registry.conversations.add(sa.number);
    this.tls.push(input);
  }

  /** EAP is over: the TLS stack can forget it. */
  hangUp(sa: { readonly number: number }): void {
    if (this.registry.conversations.delete(sa.number)) this.tls.push({ conversation: conversationOf(sa), close: true });
  }

  /** The end of an IKE SA: timers, children and addresses go with it, and the caller forgets it. */
  down(sa: IkeSa, by: 'us' | 'peer', refusal?: Refusal): undefined {
    this.stopTimers(sa);
    this.hangUp(sa);
    this.#giveBack(sa, by);
    if (sa.kind === 'closing' && sa.told) return undefined;
    this.happen(sa, { kind: 'ike-down', by, ...(refusal === undefined ? {} : { refusal }) });
    return undefined;
  }

  #giveBack(sa: IkeSa, by: 'us' | 'peer'): void {
    this.registry.pool.release(sa.number);
    if (sa.kind === 'established' || sa.kind === 'closing') {
      for (const spi of sa.children.keys()) {
        this.registry.releaseChildSpi(spi);
        this.happen(sa, { kind: 'child-down', spiIn: spi, by });
      }
    }
    if (sa.kind === 'established') this.releasePending(sa);
    if ((sa.kind === 'expect-auth-reply' || sa.kind === 'expect-eap-reply') && sa.auth.offer !== undefined)
      this.registry.releaseChildSpi(sa.auth.offer.spiIn);
  }

  /** Gives back what was taken for CHILD_SAs that will not be. */
  releasePending({ task, follow }: Established): void {
    const asked = task?.kind === 'follow-up' ? task.task : task;
    if (asked?.kind === 'child') this.registry.releaseChildSpi(asked.offer.spiIn);
    if (task?.kind === 'delete-orphan') this.registry.releaseChildSpi(task.spiIn);
    if (follow?.made.kind === 'child') this.registry.releaseChildSpi(follow.made.plan.spiIn);
  }

  /** The peer begins anew: other IKE SAs with its identity go (RFC 7296 §2.4). */
  evict(newcomer: Established): void {
    this.newcomers.push(newcomer);
  }
}

/** Names the TLS conversation of an IKE SA. */
export function conversationOf({ number }: { readonly number: number }): string {
  return `ike/${number}`;
}
