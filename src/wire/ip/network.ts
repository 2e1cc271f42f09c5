import { formatIpv4, formatIpv6, parseIp } from './address.js';

/** A network of either family, host bits gone. */
export interface Network {
  readonly family: 4 | 6;
  readonly base: bigint;
  readonly prefix: number;
}

/** `10.1.0.0/16`, `10.0.0.1`, `2001:db8::/32`, `10.1.0.0/255.255.0.0`, `fe80::/ffc0::`; undefined for names and words. */
export function parseNetwork(text: string): Network | undefined {
  const [address = '', bits, more] = text.trim().split('/');
  const ip = more === undefined ? parseIp(address.trim()) : undefined;
  if (ip === undefined) return undefined;
  const width = ip.version === 4 ? 32 : 128;
  const mask = bits !== undefined && /[.:]/.test(bits);
  if (mask && bits.includes(':') !== (ip.version === 6)) return undefined;
  const prefix = bits === undefined ? width : mask ? prefixOfMask(bits.trim()) : prefixOf(bits.trim(), width);
  return prefix === undefined ? undefined : networkOf(ip.version, ip.value, prefix);
}

function prefixOf(text: string, most: number): number | undefined {
  return /^\d{1,3}$/.test(text) && Number(text) <= most ? Number(text) : undefined;
}

/** Bits of a netmask of either family, or of a wildcard mask (`0.0.0.255`); undefined when it is no mask of a network. */
export function prefixOfMask(mask: string, wildcard = false): number | undefined {
  const ip = parseIp(mask);
  if (ip === undefined) return undefined;
  const width = ip.version === 4 ? 32 : 128;
  const all = (1n << BigInt(width)) - 1n;
  const hosts = wildcard ? ip.value : ip.value ^ all;
  // A run of ones at the end.
  if ((hosts & (hosts + 1n)) !== 0n) return undefined;
  return width - (hosts === 0n ? 0 : hosts.toString(2).length);
}

function networkOf(family: 4 | 6, address: bigint, prefix: number): Network {
  const host = BigInt((family === 4 ? 32 : 128) - prefix);
  return { family, base: (address >> host) << host, prefix };
}

/** CIDR, with the prefix of a single address too. */
export function formatNetwork({ family, base, prefix }: Network): string {
  if (family === 4) return `${formatIpv4(Number(base))}/${prefix}`;
  const word = (shift: bigint) => Number((base >> shift) & 0xffffffffn);
  return `${formatIpv6(word(96n), word(64n), word(32n), word(0n))}/${prefix}`;
}

/** The netmask of an IPv4 prefix; `wildcard` turned round. */
export function maskOf(prefix: number, wildcard = false): string {
  const mask = prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0;
  return formatIpv4(wildcard ? ~mask >>> 0 : mask);
}

export function sameNetwork(a: Network, b: Network): boolean {
  return a.family === b.family && a.base === b.base && a.prefix === b.prefix;
}

/** `inner` lies within `outer`, or is the same. */
export function contains(outer: Network, inner: Network): boolean {
  if (outer.family !== inner.family || outer.prefix > inner.prefix) return false;
  const host = BigInt((outer.family === 4 ? 32 : 128) - outer.prefix);
  return outer.base >> host === inner.base >> host;
}

/** The same of an address or network in text, as `parseNetwork` takes it; false for anything else. */
export function isWithin(inner: string, outer: string): boolean {
  const [small, large] = [parseNetwork(inner), parseNetwork(outer)];
  return small !== undefined && large !== undefined && contains(large, small);
}

/** Networks that cover a range of IPv4 addresses, both ends included; at most `limit` of them. */
export function networksOfRange(first: number, last: number, limit = 64): readonly Network[] {
  const networks: Network[] = [];
  let at = first;
  while (at <= last && networks.length < limit) {
    let prefix = 32;
    while (prefix > 0) {
      const size = 2 ** (32 - prefix + 1);
      if (at % size !== 0 || at + size - 1 > last) break;
      prefix--;
    }
    networks.push({ family: 4, base: BigInt(at), prefix });
    at += 2 ** (32 - prefix);
  }
  return networks;
}
