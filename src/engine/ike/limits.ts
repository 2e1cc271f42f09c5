/** Bounds of what strangers can make an endpoint keep or do. */
export interface Limits {
  /** IKE SAs whose initiator has not proved itself yet; above it the oldest goes. */
  readonly halfOpen: number;
  /** So many of them, and each new initiator must return a cookie first (RFC 7296 §2.6). 0: always. */
  readonly cookiesFrom: number;
  /** Milliseconds an initiator has until its IKE_AUTH is through. */
  readonly halfOpenTime: number;
  /** IKE SAs in all. */
  readonly established: number;
  /** Answers in clear to messages that belong to nothing, a second (RFC 7296 §2.21.4). */
  readonly strayAnswers: number;
}

export const DEFAULT_LIMITS: Limits = { halfOpen: 1000, cookiesFrom: 50, halfOpenTime: 30_000, established: 10_000, strayAnswers: 10 };
