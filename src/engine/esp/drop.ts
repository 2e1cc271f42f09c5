/** Why a packet went no further. Never changes: reports count by it. */
export const dropReasons = [
  /** No SA of ours has this SPI. */
  'unknown-spi',
  /** Shorter than its header, IV, trailer and ICV. */
  'too-short',
  /** The ciphertext is no multiple of the cipher's block. */
  'block-size',
  /** Its sequence number came before. */
  'replayed',
  /** Its sequence number is older than the replay window reaches. */
  'outside-window',
  /** The ICV does not fit. */
  'icv',
  /** More padding than payload. */
  'padding',
  /** RFC 4303 §2.6: made to be dropped. */
  'dummy',
  /** Tunnel mode, and what is inside is no IP packet by its next header. */
  'next-header',
  /** IPComp with another CPI than agreed, or data that does not decompress. */
  'compression',
  /** What came out is no whole IP packet. */
  'malformed',
  /** What came out is not for this SA (RFC 4301 §5.2). */
  'selector',
] as const;

export type DropReason = (typeof dropReasons)[number];

/** A packet that was dropped, with the numbers that tell why. */
export interface Drop {
  readonly kind: 'drop';
  readonly reason: DropReason;
  readonly spi?: number;
  /** The lower half, as sent. */
  readonly sequence?: number;
  /** One sentence with numbers. */
  readonly text: string;
}

export function drop(reason: DropReason, text: string, spi?: number, sequence?: number): Drop {
  return {
    kind: 'drop',
    reason,
    ...(spi === undefined ? {} : { spi }),
    ...(sequence === undefined ? {} : { sequence }),
    text,
  };
}
