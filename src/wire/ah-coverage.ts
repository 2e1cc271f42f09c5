import { DecodeError } from '../bytes/errors.js';
import { ByteReader } from '../bytes/reader.js';
import { PROTOCOL_AH, PROTOCOL_DESTINATION_OPTIONS, PROTOCOL_HOP_BY_HOP, PROTOCOL_ROUTING } from './ip/protocols.js';

/** What the ICV of AH covers of an IP packet, but for the ICV itself and the upper half of an extended sequence number. */
export interface AhCoverage {
  /** A copy with everything that routers may change set to zero, or to what it will be at the receiver. */
  readonly covered: Uint8Array;
  /** Offset of the AH header. */
  readonly ahAt: number;
}

/**
 * Prepares an IP packet for the ICV of the first AH header in it (RFC 4302 §3.3.3). `packet`: from the first byte of the IPv4 or
 * IPv6 header, whole and reassembled. Throws `DecodeError` when there is no AH in it or lengths cannot be.
 */
export function ahCoverage(packet: Uint8Array): AhCoverage {
  const version = new ByteReader(packet).u8('IP version') >> 4;
  if (version !== 4 && version !== 6) throw new DecodeError('IP version', 0, 1, packet.length, `${version} is neither 4 nor 6`);
  return version === 4 ? immutableIpv4(packet) : immutableIpv6(packet);
}

/** Options of IPv4 that stay as they are (RFC 4302 appendix A1): end, no-op, security, extended and commercial security, router alert, SDB. */
const immutableOptions: ReadonlySet<number> = new Set([0, 1, 130, 133, 134, 148, 149]);

function immutableIpv4(packet: Uint8Array): AhCoverage {
  const reader = new ByteReader(packet);
  const headerLength = (reader.u8('version and IHL') & 0x0f) * 4;
  reader.skip(1, 'DSCP and ECN');
  const total = reader.u16('Total Length');
  if (headerLength < 20 || total < headerLength || total > packet.length) throw new DecodeError('Total Length', 2, total, packet.length);
  reader.skip(5, 'Identification to Time to Live');
  const protocol = reader.u8('Protocol');
  if (protocol !== PROTOCOL_AH) throw new DecodeError('Protocol', 9, 1, packet.length, `${protocol}, AH is ${PROTOCOL_AH}`);
  // Not slice(): what comes from a socket is a Buffer, whose slices are no copies.
  const covered = new Uint8Array(packet.subarray(0, total));
  covered[1] = 0; // DSCP and ECN
  covered.fill(0, 6, 9); // flags, fragment offset, time to live
  covered.fill(0, 10, 12); // checksum
  reader.skip(10, 'checksum and addresses');
  const options = reader.sub(headerLength - 20, 'options');
  while (options.remaining > 0) {
    const at = options.offset;
    const type = options.u8('option');
    if (type === 0) break;
    if (type === 1) continue;
    const length = options.u8('option length');
    if (length < 2) throw options.fail('option length', `${length} is less than its own header`);
    const body = options.sub(length - 2, 'option');
    if (immutableOptions.has(type)) continue;
    // Source routes: the receiver sees the last address as destination (§3.3.3.1.1.1).
    if ((type === 131 || type === 137) && body.remaining >= 5) {
      const pointer = body.u8('pointer');
      const addresses = body.rest();
      if (pointer <= length && addresses.length % 4 === 0) covered.set(addresses.subarray(addresses.length - 4), 16);
    }
    covered.fill(0, at, at + length);
  }
  return { covered, ahAt: headerLength };
}

function immutableIpv6(packet: Uint8Array): AhCoverage {
  const reader = new ByteReader(packet);
  reader.skip(4, 'version, traffic class and flow label');
  const payloadLength = reader.u16('Payload Length');
  let next = reader.u8('Next Header');
  reader.skip(1, 'Hop Limit');
  reader.skip(32, 'addresses');
  const inside = reader.sub(payloadLength, 'what Payload Length spans');
  const covered = new Uint8Array(packet.subarray(0, 40 + payloadLength));
  covered[0] = 0x60;
  covered.fill(0, 1, 4); // traffic class and flow label
  covered[7] = 0; // hop limit
  while (next !== PROTOCOL_AH) {
    if (next !== PROTOCOL_HOP_BY_HOP && next !== PROTOCOL_ROUTING && next !== PROTOCOL_DESTINATION_OPTIONS) {
      throw new DecodeError('Next Header', inside.offset, 1, inside.remaining, `${next}, AH is ${PROTOCOL_AH}`);
    }
    const at = inside.offset;
    const kind = next;
    next = inside.u8('Next Header');
    const length = (inside.u8('Hdr Ext Len') + 1) * 8;
    const body = inside.sub(length - 2, 'extension header');
    if (kind === PROTOCOL_ROUTING) foreseeRouting(covered, at, body);
    else zeroMutableOptions(covered, body);
  }
  return { covered, ahAt: inside.offset };
}

/** Options that may change on the way (bit 3 of the type) count with their data as zero (RFC 4302 §3.3.3.1.2.2, RFC 8200 §4.2). */
function zeroMutableOptions(covered: Uint8Array, options: ByteReader): void {
  while (options.remaining > 0) {
    const type = options.u8('option type');
    if (type === 0) continue;
    const length = options.u8('option length');
    const at = options.offset;
    options.skip(length, 'option data');
    if ((type & 0x20) !== 0) covered.fill(0, at, at + length);
  }
}

/** A routing header of type 0 counts as it arrives: no segments left, the last address as destination (RFC 4302 §3.3.3.1.2.3). */
function foreseeRouting(covered: Uint8Array, at: number, body: ByteReader): void {
  const type = body.u8('Routing Type');
  const left = body.u8('Segments Left');
  if (type !== 0 || left === 0) return;
  body.skip(4, 'reserved');
  const count = Math.floor(body.remaining / 16);
  if (left > count) throw body.fail('Segments Left', `${left} with ${count} addresses`);
  // Each hop swaps the destination with the next address.
  const next = count - left;
  let destination = covered.slice(24, 40);
  for (let i = next; i < count; i++) {
    const place = at + 8 + i * 16;
    const address = covered.slice(place, place + 16);
    covered.set(destination, place);
    destination = address;
  }
  covered.set(destination, 24);
  covered[at + 3] = 0;
}
