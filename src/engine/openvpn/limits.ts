/** Bounds of what strangers can make an endpoint keep or do. */
export interface Limits {
  /** Sessions whose client has not finished its handshake yet; above it nobody new is answered. */
  readonly halfOpen: number;
  /** Sessions in all. */
  readonly sessions: number;
  /** Bytes that TLS may give before key method 2 and between two lines. */
  readonly controlBytes: number;
}

export const DEFAULT_LIMITS: Limits = { halfOpen: 1000, sessions: 10_000, controlBytes: 65_536 };
