/** Where we and tshark 4.0 differ on purpose, and why. */
interface Difference {
  readonly capture: string | RegExp;
  /** Every frame when absent. */
  readonly frames?: readonly number[];
  /** Every field when absent. */
  readonly fields?: readonly string[];
  readonly reason: string;
}

export const differences: readonly Difference[] = [];

/** Whether a difference is on the list. */
export function explained(capture: string, frame: number, field: string): boolean {
  return differences.some(
    (known) =>
      (typeof known.capture === 'string' ? known.capture === capture : known.capture.test(capture)) &&
      (known.frames?.includes(frame) ?? true) &&
      (known.fields?.includes(field) ?? true),
  );
}
