import type { Encapsulation, Timestamp } from './packet.js';

/** What one direction of an ESP, AH or IPComp SA did in a capture. The key is (src, dst, protocol, SPI). */
export interface SaFacts {
  readonly protocol: 'esp' | 'ah' | 'ipcomp';
  readonly src: string;
  readonly dst: string;
  /** `0x` + 8 digits (IPComp CPI: 4). */
  readonly spi: string;
  readonly encapsulation: Encapsulation;
  /** UDP/TCP ports when encapsulated; the last ones seen. */
  readonly srcPort?: number;
  readonly dstPort?: number;
  /** How often the ports changed under way: NAT that forgot its mapping, or a peer that moved. Present when encapsulated. */
  readonly portChanges?: number;
  readonly packets: number;
  /** Bytes from SPI to the end, summed. */
  readonly bytes: number;
  readonly firstSequence: number;
  readonly lastSequence: number;
  /** Highest sequence number seen, 64 bits when it wrapped (ESN or a sender that went on past 2^32). */
  readonly highestSequence: number;
  /** Sequence numbers between the lowest and the highest that never came. */
  readonly lost: number;
  /** Packets that came after one with a higher number. */
  readonly reordered: number;
  /** How far the latest of those was behind the highest number. */
  readonly maxReorderDistance: number;
  readonly duplicates: number;
  /** Late packets of which it is no longer known whether their number had come before: `lost` may be too high by so many. */
  readonly untoldLate?: number;
  /** Packets that a receiver with this replay window would have dropped, duplicates not counted. */
  readonly replayDrops: { readonly w32: number; readonly w64: number; readonly w128: number; readonly w1024: number };
  /** The 32-bit number wrapped: extended sequence numbers, or a sender that should have rekeyed. */
  readonly wraps: number;
  /** The number went back to about 1 under the same SPI: the sender restarted with manual keys, or an SPI came again. */
  readonly restarts: number;
  readonly firstTime: Timestamp;
  readonly lastTime: Timestamp;
  /** Longest silence, seconds, and the frame that ended it. */
  readonly longestGap: number;
  readonly longestGapFrame: number;
  readonly firstFrame: number;
  readonly lastFrame: number;
  readonly minLength: number;
  readonly maxLength: number;
  /** Packets by (length mod 16): tells cipher block and ICV size. Index 0..15. */
  readonly lengthResidues: readonly number[];
  /** What the lengths imply, in words, e.g. `block cipher of 16, ICV 12 or …`; undefined when they do not tell. */
  readonly impliedIcv?: ImpliedIcv;
  /** Key of the SA in the other direction of the same tunnel, as far as addresses and time tell. */
  readonly pairSpi?: string;
  /** A few frames worth quoting: the first ones that were duplicates or beyond a window of 64. */
  readonly lateFrames: readonly number[];
  /** Decryption results when keys were given. */
  readonly decrypted?: { readonly good: number; readonly bad: number; readonly unknown: number };
  /** Times of IPv4 fragmentation: packets of this SA that arrived in IP fragments. */
  readonly ipFragmented: number;
}

/** What packet lengths say about cipher block, IV and ICV (RFC 4303 §2, failures F51). */
export interface ImpliedIcv {
  /** Packets looked at. */
  readonly packets: number;
  /** Possible combinations, e.g. `{block: 16, iv: 16, icv: 12}`. */
  readonly candidates: readonly { readonly block: number; readonly iv: number; readonly icv: number }[];
  readonly text: string;
}
