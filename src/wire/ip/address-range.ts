import { parseIp } from './address.js';
import { parseNetwork } from './network.js';

/** Addresses from `low` to `high`, both included: an address, a prefix or a range. */
export interface AddressRange {
  readonly version: 4 | 6;
  readonly low: bigint;
  readonly high: bigint;
}

/**
 * `10.0.0.1`, `10.0.0.0/8`, `10.0.0.0/255.0.0.0`, `10.0.0.1-10.0.0.9`, the same in IPv6, a zone (`%eth0`) left out. Undefined for
 * anything else, a name for one.
 */
export function parseAddressRange(text: string): AddressRange | undefined {
  const plain = text.replace(/%[^/-]*/g, '');
  const dash = plain.indexOf('-');
  if (dash > 0) {
    const low = parseIp(plain.slice(0, dash).trim());
    const high = parseIp(plain.slice(dash + 1).trim());
    if (low === undefined || high === undefined || low.version !== high.version || low.value > high.value) return undefined;
    return { version: low.version, low: low.value, high: high.value };
  }
  const network = parseNetwork(plain);
  if (network === undefined) return undefined;
  const hosts = (1n << BigInt((network.family === 4 ? 32 : 128) - network.prefix)) - 1n;
  return { version: network.family, low: network.base, high: network.base | hosts };
}

/** Every address of `inner` is one of `outer`. */
export function covers(outer: AddressRange, inner: AddressRange): boolean {
  return outer.version === inner.version && outer.low <= inner.low && inner.high <= outer.high;
}

/** They share an address. */
export function overlaps(a: AddressRange, b: AddressRange): boolean {
  return a.version === b.version && a.low <= b.high && b.low <= a.high;
}

/** How many addresses it has. */
export function sizeOf(range: AddressRange): bigint {
  return range.high - range.low + 1n;
}
