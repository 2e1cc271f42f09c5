/** How a daemon repeats message 2 of main mode when no message 3 comes: seconds between one and the next, the last one for all others. */
interface Pattern {
  readonly name: string;
  readonly gaps: readonly number[];
}

/** A second more or less is the path's and the scheduler's. */
const TOLERANCE = 0.25;
/** So many gaps are no accident. */
const ENOUGH = 4;

/**
 * As measured: strongSwan 5.9.8, libreswan 4.10 and 3.32; racoon 0.8.2 (four gaps of 10.0 s) and Openswan 2.6.52 (10.0 and 20.3 s, then
 * nothing more in 100 s). Older libreswan 3 as its ipsec.conf(5) has it (`retransmit-interval=500ms`, doubled), which 3.32 keeps to for
 * message 4 alone.
 */
const PATTERNS: readonly Pattern[] = [
  { name: 'strongSwan 5, or libreswan 3.32 or later: both leave it to the initiator to repeat', gaps: [] },
  { name: 'libreswan 3 before 3.32', gaps: [0.5, 1, 2, 4, 8, 16, 32] },
  { name: 'Openswan or FreeS/WAN', gaps: [10, 20, 40] },
  { name: 'racoon, or another that repeats every 10 seconds', gaps: [10] },
];

/** Whose pattern these times are, in seconds from the question; undefined when it is none of those known, or nothing came. */
export function patternOf(times: readonly number[]): string | undefined {
  return times.length === 0 ? undefined : fitting(times)?.name;
}

/** Whether what came so far needs no more listening. */
export function settled(times: readonly number[]): boolean {
  return times.length > ENOUGH;
}

function fitting(times: readonly number[]): Pattern | undefined {
  const gaps = times.slice(1).map((time, i) => time - (times[i] ?? 0));
  return PATTERNS.find(({ gaps: known }) => fits(gaps, known));
}

function fits(gaps: readonly number[], known: readonly number[]): boolean {
  if (gaps.length === 0 || known.length === 0) return gaps.length === known.length;
  return gaps.every((gap, i) => {
    const expected = known[Math.min(i, known.length - 1)] ?? 0;
    return Math.abs(gap - expected) <= TOLERANCE + expected * 0.1;
  });
}
