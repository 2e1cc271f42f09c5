import { UsageError } from '../../bytes/errors.js';
import type { ConfigurationPool } from '../../engine/ike/settings.js';
import { formatIpv4, formatIpv6 } from '../../wire/ip/address.js';
import { parseAddressRange } from '../../wire/ip/address-range.js';
import type { PoolFlags } from './flags.js';

/** Addresses of one pool; more are never handed out. */
const MOST = 65_536n;

/**
 * `10.99.0.0/24`, `10.99.0.10-10.99.0.20`, `fd99::/64`: the addresses to hand out. Of a prefix the network's own and the broadcast
 * address are left out, and the first, which `serve` keeps for itself.
 * @throws UsageError
 */
export function parsePool(text: string): ConfigurationPool['pools'][number] {
  const range = parseAddressRange(text);
  if (range === undefined)
    throw new UsageError(`--pool ${text} is no range of addresses`, 'for example 10.99.0.0/24 or 10.99.0.10-10.99.0.20');
  const prefix = hasOwn(text, range);
  const low = prefix ? range.low + 2n : range.low;
  const count = (prefix && range.version === 4 ? range.high - 1n : range.high) - low + 1n;
  return { first: addressOf(range.version, low), count: Number(count < MOST ? count : MOST) };
}

/** The address of a prefix that is handed to nobody: ours. Undefined for a range, of which all are. */
export function ownOfPool(text: string): string | undefined {
  const range = parseAddressRange(text);
  if (range === undefined || !hasOwn(text, range)) return undefined;
  return addressOf(range.version, range.low + 1n);
}

/** What initiators are given, where flags say so. @throws UsageError */
export function poolOf({ pool, dns, subnet }: PoolFlags): ConfigurationPool | undefined {
  if (pool.length === 0) {
    if (dns.length + subnet.length > 0) throw new UsageError('--dns and --subnet go with addresses to hand out', 'add --pool 10.99.0.0/24');
    return undefined;
  }
  return { pools: pool.map(parsePool), dns, subnets: subnet };
}

function hasOwn(text: string, { low, high }: { readonly low: bigint; readonly high: bigint }): boolean {
  return text.includes('/') && high - low >= 3n;
}

function addressOf(version: 4 | 6, value: bigint): string {
  if (version === 4) return formatIpv4(Number(value));
  const word = (shift: bigint) => Number((value >> shift) & 0xffffffffn);
  return formatIpv6(word(96n), word(64n), word(32n), word(0n));
}
