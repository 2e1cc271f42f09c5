import { createHmac, randomBytes } from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';
import { ipv6Text } from '../linux/sys-interfaces.js';

/**
 * Replaces addresses so that the first n bits of two are equal afterwards exactly when they were before: subnets, routes and selectors
 * hold as they did. Private ranges stay private, the last octet of IPv4 and small interface identifiers of IPv6 stay what they
 * are (so that `.1` and `.255` read as they did), and what names no host (loopback, multicast, netmasks, the
 * networks of documentation) stays as it is.
 * The key is thrown away with the object.
 */
export class AddressMap {
  readonly #key: Buffer;
  readonly #bits = new Map<string, number>();
  readonly #firstOctets: readonly number[];

  /** @param key made at random and never kept, but for tests */
  constructor(key: Buffer = randomBytes(32)) {
    this.#key = key;
    this.#firstOctets = shuffledOctets(key);
  }

  /** @throws nothing; what is no address comes back as it was */
  replace(address: string): string {
    if (isIPv4(address)) return ipv4Text(this.#mapIpv4(ipv4Number(address)));
    return isIPv6(address) && !address.includes('%') ? this.#mapIpv6(address, 128) : address;
  }

  /** A network: bits behind the prefix that were zero are zero again. */
  replacePrefix(address: string, length: number): string {
    if (isIPv4(address)) {
      const value = ipv4Number(address);
      const mask = maskOf(length);
      return ipv4Text((value & ~mask) === 0 ? this.#mapIpv4(value) & mask : this.#mapIpv4(value));
    }
    return isIPv6(address) ? this.#mapIpv6(address, length) : address;
  }

  #mapIpv4(value: number): number {
    const fixed = fixedBits(value);
    if (fixed === 32) return value;
    let mapped = fixed === 0 ? ((this.#firstOctets[value >>> 24] ?? value >>> 24) << 24) | (value & 0xffffff) : value;
    const free = Math.max(fixed, 8);
    // The first free bit always changes, so that no address stands for itself.
    for (let bit = free; bit < 24; bit++) mapped ^= (bit === free ? 1 : this.#flip('4', value >>> (32 - bit), bit)) << (31 - bit);
    return mapped >>> 0;
  }

  #mapIpv6(address: string, length: number): string {
    const bits = ipv6Bits(address);
    if (/^0{96}|^1{8}/.test(bits) || bits.startsWith(DOCUMENTATION_6)) return address;
    const linkLocal = bits.startsWith('1111111010');
    const small = /^0*$/.test(bits.slice(64, 112));
    let mapped = '';
    for (const [index, bit] of [...bits].entries()) {
      const stays = index < 8 || (linkLocal && index < 64) || (small && index >= 64);
      const flip = index === 8 ? 1 : this.#flip('6', bits.slice(0, index), index);
      mapped += stays ? bit : Number(bit) ^ flip;
    }
    if (length < 128 && /^0*$/.test(bits.slice(length))) mapped = mapped.slice(0, length).padEnd(128, '0');
    return ipv6Text((mapped.match(/.{4}/g) ?? []).map((four) => Number.parseInt(four, 2).toString(16)).join(''));
  }

  /** Whether a bit changes depends on the bits before it alone. */
  #flip(family: string, prefix: number | string, bit: number): number {
    const name = `${family} ${bit} ${prefix}`;
    const known = this.#bits.get(name);
    if (known !== undefined) return known;
    const flip = (createHmac('sha256', this.#key).update(name).digest()[0] ?? 0) & 1;
    this.#bits.set(name, flip);
    return flip;
  }

  /** A locally administered hardware address in its place; those that mean nobody or everybody stay. */
  replaceMac(mac: string): string {
    if (/^(?:00:){5}00$|^(?:ff:){5}ff$/i.test(mac)) return mac;
    const digest = createHmac('sha256', this.#key).update(mac.toLowerCase()).digest('hex');
    return `02:${(digest.slice(0, 10).match(/../g) ?? []).join(':')}`;
  }
}

export function ipv4Number(address: string): number {
  return address.split('.').reduce((sum, part) => ((sum << 8) | Number(part)) >>> 0, 0);
}

export function ipv4Text(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
}

const maskOf = (length: number) => (length <= 0 ? 0 : (0xffffffff << (32 - length)) >>> 0);

/** Leading bits that say what kind of address it is. 32: it names no host; 0: public, and the first octet changes as well. */
function fixedBits(value: number): number {
  const [first, second] = [value >>> 24, (value >>> 16) & 255];
  if (first === 0 || first === 127 || first >= 224 || (first === 169 && second === 254)) return 32;
  if (documentation.has(value >>> 8)) return 32;
  if (first === 10) return 8;
  if (first === 172 && second >= 16 && second < 32) return 12;
  if (first === 100 && second >= 64 && second < 128) return 10;
  // Neighbours of private ranges keep two octets: they must not move into them.
  return mixedOctets.has(first) ? 16 : 0;
}

/** RFC 5737: 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24. */
const documentation: ReadonlySet<number> = new Set([0xc00002, 0xc63364, 0xcb0071]);

/** RFC 3849: 2001:db8::/32. */
const DOCUMENTATION_6 = (0x20010db8).toString(2).padStart(32, '0');

const mixedOctets: ReadonlySet<number> = new Set([100, 169, 172, 192]);

/** Public first octets, each half among itself, so that 0.0.0.0/1 and 128.0.0.0/1 hold what they held. */
function shuffledOctets(key: Buffer): readonly number[] {
  const octets = Array.from({ length: 256 }, (_, octet) => octet);
  for (const [from, to] of [
    [1, 126],
    [128, 223],
  ] as const) {
    const free = octets.filter((octet) => octet >= from && octet <= to && octet !== 10 && !mixedOctets.has(octet));
    const weight = (octet: number) => createHmac('sha256', key).update(`octet ${octet}`).digest('hex');
    const shuffled = free.toSorted((a, b) => (weight(a) < weight(b) ? -1 : 1));
    for (const [index, octet] of free.entries()) octets[octet] = shuffled[index] ?? octet;
  }
  return octets;
}

/** 128 binary digits. */
function ipv6Bits(address: string): string {
  const plain = address.replace(/[\d.]+$/, (tail) => (isIPv4(tail) ? hexPair(ipv4Number(tail)) : tail));
  const [head = '', tail] = plain.split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = tail === undefined ? front : [...front, ...new Array(8 - front.length - back.length).fill('0'), ...back];
  return groups.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0')).join('');
}

const hexPair = (value: number) => `${(value >>> 16).toString(16)}:${(value & 0xffff).toString(16)}`;
