import type { Timestamp } from '../model/packet.js';
import { isoTime } from './format.js';

/** A JSON value as it is printed. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * Turns plain facts into the JSON others rely on: names in snake_case, times as RFC 3339 text under `time` or `…_time`.
 * Only for types of `src/model`: plain objects, no bytes, no secrets.
 */
export function toJson(value: unknown): Json | undefined {
  if (Array.isArray(value)) return value.map((item) => toJson(item) ?? null);
  if (typeof value === 'object' && value !== null) {
    if (isTimestamp(value) && Object.keys(value).length === 2) return isoTime(value);
    const entries = Object.entries(value)
      .filter(([key]) => !(isTimestamp(value) && (key === 'sec' || key === 'nsec')))
      .map(([key, item]) => [snakeCase(key), toJson(item)] as const);
    return Object.fromEntries(isTimestamp(value) ? [['time', isoTime(value)] as const, ...entries] : entries);
  }
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return value === undefined ? undefined : null;
}

function isTimestamp(value: object): value is Timestamp {
  return 'sec' in value && 'nsec' in value && typeof value.sec === 'number' && typeof value.nsec === 'number';
}

/** `firstTime` -> `first_time`. */
function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
