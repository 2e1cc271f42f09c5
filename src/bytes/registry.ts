/**
 * An open registry: numbers with names, where an unknown number is still a value.
 * Tables of this kind hold what IANA assigned, with the date they were taken.
 */
export type Registry = Readonly<Record<number, string>>;

/** The name of a number, or `unknown (n)`. */
export function nameOf(registry: Registry, number: number): string {
  return registry[number] ?? `unknown (${number})`;
}
