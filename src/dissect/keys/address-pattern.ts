import { UsageError } from '../../bytes/errors.js';
import { parseIpv4, parseIpv6 } from '../../wire/ip/address.js';

/** An address of which parts may be open. */
export interface AddressPattern {
  /** As written. */
  readonly text: string;
  /** IP version, or undefined when any address will do. */
  readonly version?: 4 | 6;
  /** Whether an address in text form falls under it. */
  matches(address: string): boolean;
}

export const anyAddress: AddressPattern = { text: '*', matches: () => true };

/** An address as one number of 32 or 128 bits. */
interface Bits {
  readonly version: 4 | 6;
  readonly value: bigint;
}

function bitsOf(address: string): Bits | undefined {
  const v4 = parseIpv4(address);
  if (v4 !== undefined) return { version: 4, value: BigInt(v4) };
  const groups = parseIpv6(address.replace(/%.*$/, ''));
  return groups === undefined ? undefined : { version: 6, value: groups.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n) };
}

/** `text` with `*` for octets or groups: what is closed, as an address with all ones there. "::" stands for zeros that were meant. */
function maskOfOpen(text: string): Bits | undefined {
  if (text.includes('.')) return bitsOf(text.replace(/\d+/g, '255').replaceAll('*', '0'));
  const written = text.split(':').filter((group) => group !== '').length;
  const filled = text.replace('::', `:${'f:'.repeat(Math.max(0, 8 - written))}`).replace(/^:|:$/g, '');
  return bitsOf(filled.replace(/[0-9a-f]+/gi, 'ffff').replaceAll('*', '0'));
}

/**
 * `*`, an address, a prefix (`10.0.0.0/8`), or an address with `*` for octets or groups (`10.0.*.*`, `2001:db8::*`).
 * Throws `UsageError` for anything else.
 */
export function parseAddressPattern(text: string): AddressPattern {
  if (text === '*' || text === '') return anyAddress;
  const slash = /^(.*)\/(\d+)$/.exec(text);
  const open = text.includes('*');
  const base = bitsOf((slash?.[1] ?? text).replaceAll('*', '0'));
  const width = base?.version === 4 ? 32 : 128;
  const ones = (1n << BigInt(width)) - 1n;
  const mask = slash !== null ? ones ^ (ones >> BigInt(slash[2] as string)) : open ? maskOfOpen(text)?.value : ones;
  if (base === undefined || mask === undefined || (slash !== null && (open || Number(slash[2]) > width))) {
    throw new UsageError(`not an address: "${text.slice(0, 60)}"`, 'an IPv4 or IPv6 address, one with * for open parts, a prefix, or *');
  }
  const value = base.value & mask;
  return {
    text,
    version: base.version,
    matches(address) {
      const other = bitsOf(address);
      return other !== undefined && other.version === base.version && (other.value & mask) === value;
    },
  };
}
