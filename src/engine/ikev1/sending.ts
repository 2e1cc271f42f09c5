import type { Path } from '../step.js';

/** Our last message of one exchange, to be sent again: when the timer goes off, or when the peer's message before it comes again. */
export interface Sending {
  /** One, or its fragments. */
  readonly datagrams: readonly Uint8Array[];
  readonly path: Path;
  readonly exchange: number;
  readonly messageId: number;
  /** The peer's message that this one answers. */
  readonly answers?: Uint8Array;
  readonly sentAt: number;
  readonly times: number;
  /** Milliseconds until it is sent again, where an answer is awaited. */
  readonly wait?: number;
}

/** Nothing is sent yet. */
export const NOTHING_SENT: Sending = {
  datagrams: [],
  path: { channel: 'ike', local: { address: '0.0.0.0', port: 0 }, remote: { address: '0.0.0.0', port: 0 } },
  exchange: 0,
  messageId: 0,
  sentAt: 0,
  times: 0,
};
