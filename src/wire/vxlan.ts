import type { ByteReader } from '../bytes/reader.js';

/** IANA's port, and the one that Linux had before. */
export const VXLAN_PORTS: readonly number[] = [4789, 8472];
const HAS_NETWORK_ID = 0x08;

/** VXLAN: an Ethernet frame follows. */
export interface VxlanHeader {
  readonly kind: 'vxlan';
  readonly networkId: number;
}

/** Leaves the reader behind the header. RFC 7348 §5. Throws `DecodeError` when reserved bits are set, which nothing but VXLAN leaves empty. */
export function decodeVxlan(reader: ByteReader): VxlanHeader {
  const flags = reader.u8('VXLAN flags');
  const reserved = reader.u24('VXLAN reserved');
  const networkId = reader.u24('VXLAN network id');
  if (flags !== HAS_NETWORK_ID || reserved !== 0 || reader.u8('VXLAN reserved') !== 0)
    throw reader.fail('VXLAN flags', `0x${flags.toString(16)} and reserved bits`);
  return { kind: 'vxlan', networkId };
}
