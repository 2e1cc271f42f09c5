import { type AddressRange, parseAddressRange } from '../../../wire/ip/address-range.js';
import type { NumberRange } from './firewall.js';

/** An object of libnftables' JSON (libnftables-json(5)). */
export type JsonRecord = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is JsonRecord => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A number, or its digits. */
export function plainNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value >>> 0;
  return typeof value === 'string' && /^(0x[0-9a-f]+|\d+)$/i.test(value) ? Number(value) >>> 0 : undefined;
}

const services: ReadonlyMap<string, number> = new Map([
  ['isakmp', 500],
  ['ipsec-nat-t', 4500],
  ['openvpn', 1194],
  ['ssh', 22],
  ['domain', 53],
  ['http', 80],
  ['https', 443],
  ['l2tp', 1701],
]);

/** Port by number or by the few names that matter here. */
export function portNumber(value: string | number): number | undefined {
  if (typeof value === 'number') return value;
  return /^\d+$/.test(value) ? Number(value) : services.get(value);
}

/** A number, name or range beside an operator: `< 1024` is 0 to 1023. */
export function numberRangeOf(value: unknown, op: string, number: (value: string | number) => number | undefined): NumberRange | undefined {
  if (isRecord(value) && Array.isArray(value.range)) {
    const [low, high] = value.range.map((end) => (typeof end === 'number' || typeof end === 'string' ? number(end) : undefined));
    return low === undefined || high === undefined ? undefined : { low, high };
  }
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const at = number(value);
  if (at === undefined) return undefined;
  switch (op) {
    case '<':
      return { low: 0, high: at - 1 };
    case '<=':
      return { low: 0, high: at };
    case '>':
      return { low: at + 1, high: 0xffffffff };
    case '>=':
      return { low: at, high: 0xffffffff };
    default:
      return { low: at, high: at };
  }
}

/** An address, prefix or range in JSON. */
export function addressRangeOf(value: unknown): AddressRange | undefined {
  if (typeof value === 'string') return parseAddressRange(value);
  if (!isRecord(value)) return undefined;
  if (isRecord(value.prefix)) return parseAddressRange(`${String(value.prefix.addr)}/${String(value.prefix.len)}`);
  if (Array.isArray(value.range)) return parseAddressRange(`${String(value.range[0])}-${String(value.range[1])}`);
  return undefined;
}
