import { type Attribute, attributeNumber } from './attribute.js';
import { LIFE_TYPE } from './tables/attributes-v1.js';

/** A lifetime IKEv1 negotiates. */
export interface Lifetime {
  /** 1 seconds, 2 kilobytes. */
  readonly type: number;
  readonly amount: number;
}

/**
 * Lifetimes among attributes: a type, then its duration, possibly several pairs (RFC 2409 Appendix A, RFC 2407 §4.5).
 * A duration too long for a number is left out.
 *
 * @param typeClass attribute class of the life type: 11 in phase 1, 1 in phase 2; the duration's is the next one
 */
export function lifetimesOf(attributes: readonly Attribute[], typeClass: number): readonly Lifetime[] {
  const lifetimes: Lifetime[] = [];
  let type: number = LIFE_TYPE.seconds;
  for (const attribute of attributes) {
    const value = attributeNumber([attribute], attribute.type);
    if (value === undefined) continue;
    if (attribute.type === typeClass) type = value;
    else if (attribute.type === typeClass + 1) lifetimes.push({ type, amount: value });
  }
  return lifetimes;
}

/** `86400 s`, `4608000 kB`, `7 (life type 9)`. */
export function lifetimeText({ type, amount }: Lifetime): string {
  if (type === LIFE_TYPE.seconds) return `${amount} s`;
  if (type === LIFE_TYPE.kilobytes) return `${amount} kB`;
  return `${amount} (life type ${type})`;
}
