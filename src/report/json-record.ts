import type { Timestamp } from '../model/packet.js';
import { isoTime } from './iso-time.js';

/** A JSON value as it is printed. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

/** A record that is being put together; what stays undefined is not printed. */
export type JsonRecord = { [key: string]: Json | undefined };

/**
 * Turns plain facts into the JSON others rely on: names in snake_case, times as RFC 3339 text under `time` or `…_time`.
 * Only for types of `src/model`: plain objects, no bytes, no secrets.
 */
export function toJson(value: unknown): Json | undefined {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map((item) => toJson(item) ?? null);
  if (typeof value === 'object' && value !== null) return recordOf(value);
  return value === undefined ? undefined : null;
}

function recordOf(value: object): Json {
  const isTime = isTimestamp(value);
  const keys = Object.keys(value);
  if (isTime && keys.length === 2) return isoTime(value);
  const record: JsonRecord = isTime ? { time: isoTime(value) } : {};
  for (const key of keys) {
    if (isTime && (key === 'sec' || key === 'nsec')) continue;
    record[snakeCase(key)] = toJson((value as { readonly [key: string]: unknown })[key]);
  }
  return record;
}

function isTimestamp(value: object): value is Timestamp {
  return 'sec' in value && 'nsec' in value && typeof value.sec === 'number' && typeof value.nsec === 'number';
}

/** Keys are the names of fields: few, and wanted again and again. */
const SNAKES = new Map<string, string>();

/** `firstTime` -> `first_time`. */
function snakeCase(key: string): string {
  let snake = SNAKES.get(key);
  if (snake === undefined) {
    // Names of the protocol, by which things are counted, stay as they are: `OCC_EXIT`.
    snake = /^[A-Z]/.test(key) ? key : key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    SNAKES.set(key, snake);
  }
  return snake;
}
