import type { Ikev2Command } from '../../../engine/ikev2/happenings.js';
import type { Path } from '../../../engine/step.js';
import type { ProbeLink } from '../../shared/link.js';
import type { SettingsWithoutPaths } from '../target.js';
import type { SideAnswer } from './probe-facts.js';

/** What went through the SAs of the tunnel so far. */
export interface TunnelCounters {
  readonly sent: number;
  readonly received: number;
  /** ESP of this tunnel that came and was dropped, by reason in words. */
  readonly dropped: ReadonlyMap<string, number>;
}

/** What steps of IKE do with the world besides: sockets and the engine. */
export interface Link extends ProbeLink {
  /** Opens the sockets. Throws `EnvironmentError`. */
  open(address: string, source: string): Promise<void>;
  /** Ways to the peer, once open. */
  readonly paths: { readonly ike?: Path; readonly natt?: Path; readonly tcp?: Path };
  /** What the sockets can do without encapsulation: raw ESP needs root. */
  readonly rawEsp: boolean;
  /**
   * Starts the engine, anew where it ran before: IKE_SA_INIT goes out. `over`: begin on that channel; `settings`: others than those
   * of the target.
   */
  initiate(over: 'ike' | 'natt' | 'tcp', settings?: SettingsWithoutPaths): void;
  command(command: Ikev2Command): void;
  /**
   * Sends an IKE message of our own and waits for a message with the same initiator SPI. Sent again at growing intervals within the
   * patience.
   */
  ask(path: Path, message: Uint8Array, patience: number): Promise<SideAnswer>;
  /** The first message that an engine with these settings would send: for `ask`. `padding`: bytes more than it needs. */
  firstMessage(path: Path, padding?: number): Uint8Array;
  readonly counters: TunnelCounters;
}
