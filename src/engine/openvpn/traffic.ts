/** When data packets last went out and came in, on the clock of `now`; pings count, what does not open does not. */
export interface Traffic {
  readonly sentAt: number;
  readonly receivedAt: number;
  /** Bytes of UDP payload of the largest data packet either way. */
  readonly largestSent: number;
  readonly largestReceived: number;
}

/** The data channel's word on a session, asked when keepalive timers go off; undefined while it has no keys. */
export type TrafficOf = (session: number) => Traffic | undefined;
