/** Why a packet went no further. Never changes: reports count by it. */
export const dataDropReasons = [
  /** Neither P_DATA_V1 nor P_DATA_V2. */
  'opcode',
  /** We have no key of this key id. */
  'unknown-key',
  /** Shorter than packet id, HMAC or tag. */
  'too-short',
  /** HMAC or tag does not fit. */
  'authentication',
  /** The HMAC fits, or there is none, and what decryption gives has no padding. */
  'decryption',
  /** Its packet id came before. */
  'replayed',
  /** Its packet id is older than the replay window reaches, or its sender began to count before. */
  'outside-window',
  /** Over TCP packets come in order: one is missing. */
  'out-of-order',
  /** Its first byte is none that the agreed compression framing has, or it does not decompress. */
  'framing',
  /** A fragment that no packet can be made of. */
  'fragment',
  /** What came out is nothing that our device carries: with tun no IP packet, with tap one without its frame. */
  'payload',
] as const;

export type DataDropReason = (typeof dataDropReasons)[number];

/** A packet that was dropped. */
export interface DataDrop {
  readonly kind: 'drop';
  readonly reason: DataDropReason;
  /** One sentence with numbers. */
  readonly text: string;
}

export function dataDrop(reason: DataDropReason, text: string): DataDrop {
  return { kind: 'drop', reason, text };
}
