import type { IkeSession } from './ike-session.js';
import type { OpenvpnSession } from './openvpn-session.js';
import type { Timestamp } from './packet.js';
import type { SaFacts } from './sa.js';

/** An ICMP or ICMPv6 error that quotes IKE, NAT-T, ESP, AH or OpenVPN traffic. */
export interface IcmpErrorFacts extends Timestamp {
  readonly frame: number;
  /** Who sent it. */
  readonly reporter: string;
  readonly type: number;
  readonly code: number;
  /** `port unreachable`, `administratively prohibited`, `fragmentation needed`, … */
  readonly text: string;
  /** Next-hop MTU when it says so. */
  readonly mtu?: number;
  /** The packet it quotes. */
  readonly quoted: {
    readonly src: string;
    readonly dst: string;
    readonly protocol: string;
    readonly srcPort?: number;
    readonly dstPort?: number;
    readonly spi?: string;
  };
}

/** What a whole capture says, after the last packet: the input of the rules. */
export interface CaptureFacts {
  readonly sessions: readonly IkeSession[];
  readonly sas: readonly SaFacts[];
  readonly openvpn: readonly OpenvpnSession[];
  readonly icmpErrors: readonly IcmpErrorFacts[];
  /** Seconds between the first and the last packet. */
  readonly duration: number;
  readonly firstTime?: Timestamp;
  readonly lastTime?: Timestamp;
  /** Every packet read, of whatever protocol. */
  readonly packets: number;
  /** Keepalives of RFC 3948 by `src > dst`. */
  readonly keepalives: readonly { readonly src: string; readonly dst: string; readonly count: number; readonly longestGap: number }[];
  /** IP datagrams whose fragments never became whole, e.g. the first arrived and the rest did not. */
  readonly incompleteDatagrams: readonly {
    readonly frame: number;
    readonly src: string;
    readonly dst: string;
    readonly protocol: number;
    readonly haveFirst: boolean;
    readonly srcPort?: number;
    readonly dstPort?: number;
    readonly fragments: number;
  }[];
  /** Tables that were full and evicted entries: figures for those are partial. */
  readonly evicted: { readonly sas: number; readonly sessions: number };
  /** Set when the capture file ended in the middle of a packet, or other faults of the file itself. */
  readonly notes: readonly string[];
}
