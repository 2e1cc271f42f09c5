/** Our request that has no answer yet. */
export interface PendingRequest {
  readonly id: number;
  readonly exchange: number;
  /** One message, or its fragments. */
  readonly datagrams: readonly Uint8Array[];
  /** When it went out first, by the clock of `now`. */
  readonly sentAt: number;
  /** Times it was sent. */
  readonly times: number;
  /** Milliseconds until the next time. */
  readonly wait: number;
}

/** The answer we gave last, kept for when the request comes again. */
export interface CachedReply {
  readonly id: number;
  readonly exchange: number;
  readonly datagrams: readonly Uint8Array[];
}

/** Message ids of both directions (RFC 7296 §2.2, §2.3), a window of one each. */
export interface Window {
  /** Message id of our next request. */
  readonly next: number;
  readonly pending?: PendingRequest;
  /** Message id of the peer's next request. */
  readonly expected: number;
  readonly replied?: CachedReply;
  /** The peer's request with id `expected` is being worked on (EAP waits for a TLS stack): repetitions of it say nothing new. */
  readonly working: boolean;
}

/** At the beginning of an IKE SA; also after a rekeying (RFC 7296 §2.2). */
export const FRESH_WINDOW: Window = { next: 0, expected: 0, working: false };

/** Where a request of the peer stands: to be answered, answered already, being worked on, or out of the window. */
export type RequestPlace = 'next' | 'again' | 'working' | 'outside';

export function placeOfRequest(window: Window, id: number): RequestPlace {
  if (id === window.expected) return window.working ? 'working' : 'next';
  return window.replied?.id === id ? 'again' : 'outside';
}

/** The answer to our request is there. */
export function answered({ pending: _, ...window }: Window): Window {
  return window;
}

/** We have answered the peer's request. */
export function replied(window: Window, reply: CachedReply): Window {
  return { ...window, expected: reply.id + 1, replied: reply, working: false };
}

/** Our request is out. */
export function requested(window: Window, pending: PendingRequest): Window {
  return { ...window, next: pending.id + 1, pending };
}
