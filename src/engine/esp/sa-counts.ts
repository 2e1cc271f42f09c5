import type { DropReason } from './drop.js';

/** What one SA did so far, for reports. */
export interface SaStatistics {
  readonly protocol: 'esp' | 'ah';
  readonly direction: 'in' | 'out';
  readonly spi: number;
  /** Packets sealed, or opened and handed on. */
  readonly packets: number;
  /** Of the IP packets that were handed in or out. */
  readonly bytes: number;
  /** Extended where it is so negotiated; 0 before the first. */
  readonly lastSequence: bigint;
  /** Of inbound SAs: each reason that occurred. */
  readonly drops: ReadonlyMap<DropReason, number>;
  /** Of packets accepted: padding other than 1, 2, 3, … (RFC 4303 §2.4). */
  readonly oddPadding: number;
  /** Packets that IPComp made smaller. */
  readonly compressed: number;
  /** Transport mode behind NAT: packets whose checksum was made anew (RFC 3948 §3.1.2). */
  readonly checksumsRenewed: number;
}

/** The counters themselves, counted up packet by packet. */
export class SaCounts {
  packets = 0;
  bytes = 0;
  oddPadding = 0;
  compressed = 0;
  checksumsRenewed = 0;
  readonly drops = new Map<DropReason, number>();

  snapshot(): Omit<SaStatistics, 'protocol' | 'direction' | 'spi' | 'lastSequence'> {
    const { packets, bytes, oddPadding, compressed, checksumsRenewed } = this;
    return { packets, bytes, oddPadding, compressed, checksumsRenewed, drops: new Map(this.drops) };
  }

  countDrop(reason: DropReason): void {
    this.drops.set(reason, (this.drops.get(reason) ?? 0) + 1);
  }
}
