import type { Timestamp } from './packet.js';

/** Seconds from one moment to the other; negative when `to` is earlier. */
export function secondsBetween(from: Timestamp, to: Timestamp): number {
  return to.sec - from.sec + (to.nsec - from.nsec) / 1e9;
}
