import type { KeepaliveSettings } from './settings.js';
import type { Traffic } from './traffic.js';

const SECOND = 1000;

/** What is to be done for keepalive at a time (`ping.c`), and when to ask again; `next` in milliseconds from now, absent: never. */
export interface KeepaliveDue {
  readonly ping: boolean;
  readonly lost: boolean;
  readonly next?: number;
}

/** @param traffic what went and came in any packet of the session */
export function keepaliveDue(
  { ping, timeout }: KeepaliveSettings,
  traffic: Pick<Traffic, 'sentAt' | 'receivedAt'>,
  now: number,
): KeepaliveDue {
  const untilPing = ping === 0 ? Number.POSITIVE_INFINITY : traffic.sentAt + ping * SECOND - now;
  const untilLost = timeout === 0 ? Number.POSITIVE_INFINITY : traffic.receivedAt + timeout * SECOND - now;
  const next = Math.min(untilPing <= 0 ? ping * SECOND : untilPing, untilLost);
  return { ping: untilPing <= 0, lost: untilLost <= 0, ...(Number.isFinite(next) && { next: Math.max(next, 1) }) };
}
