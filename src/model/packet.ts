/** Facts about one packet that every layer above `wire` shares: plain values, ready for JSON. */

export interface Timestamp {
  /** Seconds since 1970, UTC. */
  readonly sec: number;
  /** Nanoseconds within the second. */
  readonly nsec: number;
}

/** Where a decoder stopped. Everything before it was kept. */
export interface Malformed {
  readonly field: string;
  readonly offset: number;
  readonly message: string;
}

/** How IKE or ESP was carried. `udp`: RFC 3948; `tcp`: RFC 9329; `none`: straight on IP (ESP) or UDP 500 (IKE). */
export type Encapsulation = 'none' | 'udp' | 'tcp';
