import type { OpenvpnSettings } from '../../engine/openvpn/settings.js';
import type { InnerService } from '../shared/service.js';
import type { ProbeId } from './probe-ids.js';

/** A server to be called, as its `remote` line has it. */
export interface Remote {
  readonly host: string;
  readonly port: number;
  readonly protocol: 'udp' | 'tcp';
  readonly family?: 4 | 6;
}

/** What a probe was asked to do. */
export interface ProbeTarget {
  /** Of the remote that is tried first: names the peer in findings. */
  readonly host: string;
  /** What is typed to probe it again. */
  readonly asked?: string;
  /** Tried in order until one answers; at least one. */
  readonly remotes: readonly Remote[];
  /** By protocol: everything else is the same for all remotes. */
  readonly settings: Readonly<Record<'udp' | 'tcp', OpenvpnSettings>>;
  /** Milliseconds: an exchange without answer has failed after that. */
  readonly patience: number;
  readonly family?: 4 | 6;
  readonly source?: string;
  /** The port that a static-key peer sends from and listens on; undefined: a free one. */
  readonly localPort?: number;
  /** The last step to be taken, but for tidying up. */
  readonly until?: ProbeId;
  /** Address inside the tunnel; undefined: the likeliest. */
  readonly ping?: string;
  readonly connect?: InnerService;
  readonly datagram?: InnerService;
  /** Bytes of the largest inner packet to be tried. */
  readonly mtu?: number;
}
