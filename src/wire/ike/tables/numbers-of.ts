import type { Registry } from '../../../bytes/registry.js';

/** The same registry read the other way: name to number, both as literal types. */
export type NumbersOf<R extends Registry> = { readonly [K in keyof R & number as R[K]]: K };

/** Turns a registry around, so that code says `V2_PAYLOAD.KE` and the number stands in one place only. */
export function numbersOf<R extends Registry>(registry: R): NumbersOf<R> {
  const numbers: Record<string, number> = {};
  for (const [number, name] of Object.entries(registry)) numbers[name] = Number(number);
  return numbers as NumbersOf<R>;
}
