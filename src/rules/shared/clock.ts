import type { CaptureFacts } from '../../model/capture-facts.js';
import type { Timestamp } from '../../model/packet.js';
import { secondsBetween } from '../../model/seconds-between.js';

/** How long the capture goes on after a moment, seconds: silence means something only when it was listened to. */
export function listenedAfter(facts: CaptureFacts, moment: Timestamp): number {
  return facts.lastTime === undefined ? 0 : secondsBetween(moment, facts.lastTime);
}

/** `0.4 s`, `12 s`, `5 min`. */
export function span(duration: number): string {
  if (duration < 10) return `${Number(duration.toFixed(1))} s`;
  return duration < 120 ? `${Math.round(duration)} s` : `${Math.round(duration / 60)} min`;
}
