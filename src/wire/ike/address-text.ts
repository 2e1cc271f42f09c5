import { toHex } from '../../bytes/hex.js';
import { ByteReader } from '../../bytes/reader.js';
import { readIpv4Address, readIpv6Address } from '../ip/address.js';

/** An address of 4 or 16 bytes as text; other lengths as hex. */
export function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return readIpv4Address(new ByteReader(bytes), 'address');
  if (bytes.length === 16) return readIpv6Address(new ByteReader(bytes), 'address');
  return `0x${toHex(bytes)}`;
}

/** `10.1.0.0/16` where the two ends are a prefix, `10.1.0.5-10.1.0.9` where not. */
export function rangeText(start: Uint8Array, end: Uint8Array): string {
  const prefix = prefixLength(start, end);
  return prefix === undefined ? `${addressText(start)}-${addressText(end)}` : `${addressText(start)}/${prefix}`;
}

/** `10.1.0.0/16`, and `10.1.0.0/255.0.255.0` for a mask with holes. */
export function subnetText(network: Uint8Array, mask: Uint8Array): string {
  const inverted = mask.map((byte) => ~byte & 0xff);
  const length = prefixLength(new Uint8Array(mask.length), inverted);
  return `${addressText(network)}/${length ?? addressText(mask)}`;
}

/** Leading bits that two ends share when the rest is all zeroes below and all ones above. */
function prefixLength(start: Uint8Array, end: Uint8Array): number | undefined {
  if (start.length !== end.length || start.length === 0) return undefined;
  const low = BigInt(`0x${toHex(start)}`);
  const differing = low ^ BigInt(`0x${toHex(end)}`);
  // Bits that differ must all lie at the bottom, and be zero in the lower end.
  if ((differing & (differing + 1n)) !== 0n || (low & differing) !== 0n) return undefined;
  return start.length * 8 - (differing === 0n ? 0 : differing.toString(2).length);
}
