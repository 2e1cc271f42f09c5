import type { IkeSettings } from '../../engine/ike/settings.js';
import type { Ikev1Options } from '../../engine/ikev1/settings.js';
import type { InnerService } from '../shared/service.js';
import type { ProbeId } from './probe-ids.js';

/** Everything but the ways to the peer, which are known when the sockets are open. */
export type SettingsWithoutPaths = Omit<IkeSettings, 'paths'>;

/** What the flags come to. */
export interface TunnelSettings {
  readonly settings: SettingsWithoutPaths;
  /** IKEv1 instead of IKEv2. */
  readonly ikev1?: Ikev1Options;
  /** How we prove who we are, in words; undefined when no flag says so: then nothing can be learnt beyond IKE_SA_INIT. */
  readonly proof?: string;
  /** There is something to check the peer's AUTH with. */
  readonly canVerify: boolean;
  /** The user named selectors: the defaults are wide and may be refused by peers that do not narrow. */
  readonly selectorsGiven: boolean;
  /** The user named ESP proposals or groups: then they are what a gateway would do. */
  readonly childGiven: boolean;
  /** Words of `--ike` and `--esp` as written, or the defaults. */
  readonly proposals: { readonly ike: string; readonly child: string };
}

/** How patient to be, in milliseconds: an exchange without answer has failed after `patience`. */
export interface Patience {
  readonly first: number;
  readonly patience: number;
}

/** What a probe was asked to do. */
export interface ProbeTarget {
  /** As written: a name or an address. */
  readonly host: string;
  readonly family?: 4 | 6;
  /** Of the peer. */
  readonly ports: { readonly ike: number; readonly natt: number; readonly tcp?: number };
  readonly source?: string;
  /** What is wanted now. */
  tunnel: TunnelSettings;
  /** The same wishes in IKEv1, where the version was left open: takes the place of `tunnel` when the peer speaks that alone. */
  ikev1Instead?: TunnelSettings;
  readonly patience: Patience;
  /** The last step to be taken, but for tidying up. */
  readonly until?: ProbeId;
  /** Address inside the tunnel; undefined: the likeliest. */
  readonly ping?: string;
  readonly connect?: InnerService;
  readonly datagram?: InnerService;
  /** Bytes of the largest inner packet to be tried. */
  readonly mtu?: number;
}
