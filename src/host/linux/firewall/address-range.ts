import { parseIpv4, parseIpv6 } from '../../../wire/ip/address.js';

/** Addresses from `low` to `high`, both included: an address, a prefix or a range. */
export interface AddressRange {
  readonly version: 4 | 6;
  readonly low: bigint;
  readonly high: bigint;
}

function parseAddress(text: string): { readonly version: 4 | 6; readonly value: bigint } | undefined {
  const v4 = parseIpv4(text);
  if (v4 !== undefined) return { version: 4, value: BigInt(v4) };
  const groups = text.includes(':') ? parseIpv6(text.replace(/%.*$/, '')) : undefined;
  return groups === undefined ? undefined : { version: 6, value: groups.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n) };
}

/** Length of a netmask written as an address; undefined for one with holes. */
function prefixOfMask(text: string, version: 4 | 6): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) <= (version === 4 ? 32 : 128) ? Number(text) : undefined;
  const mask = parseAddress(text);
  if (mask === undefined || mask.version !== version) return undefined;
  const width = version === 4 ? 32 : 128;
  const inverted = ((1n << BigInt(width)) - 1n) ^ mask.value;
  return (inverted & (inverted + 1n)) === 0n ? width - (inverted === 0n ? 0 : inverted.toString(2).length) : undefined;
}

/** `10.0.0.1`, `10.0.0.0/8`, `10.0.0.0/255.0.0.0`, `10.0.0.1-10.0.0.9`, the same in IPv6. Undefined for anything else, a name for one. */
export function parseAddressRange(text: string): AddressRange | undefined {
  const dash = text.indexOf('-');
  if (dash > 0) {
    const low = parseAddress(text.slice(0, dash).trim());
    const high = parseAddress(text.slice(dash + 1).trim());
    if (low === undefined || high === undefined || low.version !== high.version || low.value > high.value) return undefined;
    return { version: low.version, low: low.value, high: high.value };
  }
  const slash = text.indexOf('/');
  const address = parseAddress((slash < 0 ? text : text.slice(0, slash)).trim());
  if (address === undefined) return undefined;
  if (slash < 0) return { version: address.version, low: address.value, high: address.value };
  const prefix = prefixOfMask(text.slice(slash + 1).trim(), address.version);
  return prefix === undefined ? undefined : rangeOfPrefix(address.version, address.value, prefix);
}

function rangeOfPrefix(version: 4 | 6, address: bigint, prefix: number): AddressRange {
  const width = version === 4 ? 32 : 128;
  const hosts = (1n << BigInt(width - prefix)) - 1n;
  const low = (address | hosts) ^ hosts;
  return { version, low, high: low | hosts };
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
