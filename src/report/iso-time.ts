import type { Timestamp } from '../model/packet.js';

/** Packets come in order: the second of one is most likely that of the next. */
let lastSecond = Number.NaN;
let lastSecondText = '';

/** RFC 3339 in UTC with microseconds, or nanoseconds where the capture has them: `2026-01-02T03:04:05.123456Z`. */
export function isoTime({ sec, nsec }: Timestamp): string {
  if (sec !== lastSecond) {
    lastSecondText = new Date(sec * 1000).toISOString().slice(0, 19);
    lastSecond = sec;
  }
  const fraction = nsec % 1000 === 0 ? String(nsec / 1000).padStart(6, '0') : String(nsec).padStart(9, '0');
  return `${lastSecondText}.${fraction}Z`;
}
