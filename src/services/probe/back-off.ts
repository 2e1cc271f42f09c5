/** How a daemon repeats message 2 of main mode when no message 3 comes: seconds between one and the next, the last one for all others. */
interface Pattern {
  readonly name: string;
  readonly gaps: readonly number[];
}

/** A second more or less is the path's and the scheduler's. */
const TOLERANCE = 0.25;
/** So many gaps are no accident. */
const ENOUGH = 4;

const PATTERNS: readonly Pattern[] = [];

/** The daemon whose pattern these times are, in seconds from the question; undefined when it is none of those known. */
export function patternOf(times: readonly number[]): string | undefined {
  return fitting(times)?.name;
}

/** Whether what came so far needs no more listening. */
export function settled(times: readonly number[]): boolean {
  return times.length > ENOUGH && fitting(times) !== undefined;
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
