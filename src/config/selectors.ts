import type { Sourced } from '../model/connection.js';

/** Traffic selectors of strongSwan: subnets, and what stands in brackets behind the first of them. */
export interface Selectors {
  readonly subnets: readonly Sourced<string>[];
  /** `tcp/80`. */
  readonly protoPort?: Sourced<string>;
}

/**
 * Splits `10.0.0.0/8[tcp/80], 192.168.0.0/16`, and the lists of the other products: `{10.0.0.0/8 10.1.0.0/16}`. `dynamic`, which
 * stands for the address of that end, leaves no subnet.
 */
export function splitSelectors(value: Sourced<string> | undefined): Selectors {
  if (value === undefined) return { subnets: [] };
  const subnets: Sourced<string>[] = [];
  let protoPort: Sourced<string> | undefined;
  for (const item of value.value.split(/[\s,]+/)) {
    const match = /^([^[]*)(?:\[([^\]]*)\]?)?$/.exec(item);
    const subnet = match?.[1] ?? item;
    const within = match?.[2];
    if (within !== undefined && within !== '') protoPort ??= { ...value, value: within };
    if (subnet !== '' && subnet !== 'dynamic' && subnet !== '%dynamic') subnets.push({ ...value, value: subnet });
  }
  return { subnets, ...(protoPort !== undefined && { protoPort }) };
}
