/**
 * Who retransmits like that: intervals in seconds between the copies of one message. Sources: libreswan
 * include/pluto_constants.h, strongSwan conf/options/charon.opt, ike-scan's ike-backoff-patterns.
 */
const CLOCKS: readonly { readonly name: string; readonly intervals: readonly number[] }[] = [
  { name: 'libreswan (0.5 s, doubling)', intervals: [0.5, 1, 2, 4, 8, 16, 32] },
  { name: 'strongSwan (4 s, times 1.8)', intervals: [4, 7.2, 13, 23.3, 42] },
  { name: 'Openswan or FreeS/WAN (10 s, 20 s)', intervals: [10, 20, 40] },
  { name: 'Cisco ASA or PIX (every 8 s)', intervals: [8, 8, 8] },
  { name: 'Cisco IOS (every 10 s)', intervals: [10, 10, 10, 10] },
  { name: 'Windows (1 s, doubling)', intervals: [1, 2, 4, 8, 16, 32] },
];

const TOLERANCE = 0.1;
const NEEDED = 2;

/** The stack whose retransmission clock the intervals keep; undefined with fewer than two or when none fits. */
export function backoffOf(intervals: readonly number[]): string | undefined {
  if (intervals.length < NEEDED) return undefined;
  return CLOCKS.find(
    (clock) =>
      intervals.length <= clock.intervals.length &&
      intervals.every((interval, i) => {
        const expected = clock.intervals[i] as number;
        return Math.abs(interval - expected) <= Math.max(expected * TOLERANCE, 0.05);
      }),
  )?.name;
}
