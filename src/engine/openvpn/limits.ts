/** Bounds of what strangers can make an endpoint keep or do. */
export interface Limits {
  /** Sessions whose client has not finished its handshake yet; above it nobody new is answered. */
  readonly halfOpen: number;
  /** Sessions in all. */
  readonly sessions: number;
  /** Bytes that TLS may give before key method 2 and between two lines. */
  readonly controlBytes: number;
}

/** Every key of a session keeps a TLS conversation, of which a stack has a thousand (`transport/tls.ts`): strangers must leave room. */
export const DEFAULT_LIMITS: Limits = { halfOpen: 250, sessions: 500, controlBytes: 65_536 };
