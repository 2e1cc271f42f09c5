/** Time as a machine and its driver see it. */
export interface Clock {
  /** Milliseconds, monotonic, from a beginning of its own. */
  now(): number;
  /** Calls back once after so many milliseconds; the function returned takes it back. */
  after(milliseconds: number, action: () => void): () => void;
}

/** As long as a timer can be, in milliseconds. */
export const FOR_EVER = 2 ** 31 - 1;

/** The clock of this process. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after: (milliseconds, action) => {
    const timer = setTimeout(action, Math.min(Math.max(0, Math.ceil(milliseconds)), FOR_EVER));
    return () => clearTimeout(timer);
  },
};
