import { ByteWriter } from '../../bytes/writer.js';
import { encodeFragmentHeader } from '../../wire/ip/extension-headers.js';
import { FragmentTable } from '../../wire/ip/fragment-table.js';
import { encodeIpPacket } from '../../wire/ip/ip-packet.js';
import { PROTOCOL_FRAGMENT } from '../../wire/ip/protocols.js';
import { type InnerPacket, readInnerPacket } from './inner-packet.js';
import { ipHeaderLength } from './messages.js';

const FRAGMENT_HEADER_LENGTH = 8;
/** Datagrams waiting for the rest of them, and their bytes: a host under test needs few. */
const LIMITS = { datagrams: 64, bytes: 1024 * 1024, seconds: 30 };
/** IP datagrams cannot be longer (RFC 791 §3.1). */
const MAX_DATAGRAM = 65_535;

/**
 * Cuts a packet into fragments of at most `mtu` bytes (RFC 791 §3.2, RFC 8200 §4.5); one that fits, or has `dontFragment` set in
 * IPv4, stays whole. `packet`: made by us, without options and extension headers.
 */
export function fragmentPacket(packet: Uint8Array, mtu: number, identification: number): readonly Uint8Array[] {
  const inner = readInnerPacket(packet);
  if (packet.length <= mtu || inner === undefined || inner.fragment !== undefined) return [packet];
  const v6 = inner.version === 6;
  if (!v6 && ((packet[6] as number) & 0x40) !== 0) return [packet];
  const room = Math.floor((mtu - ipHeaderLength(inner) - (v6 ? FRAGMENT_HEADER_LENGTH : 0)) / 8) * 8;
  if (room < 8) return [packet];
  const { src, dst, ttl, protocol, payload } = inner;
  const fragments: Uint8Array[] = [];
  for (let offset = 0; offset < payload.length; offset += room) {
    const part = payload.subarray(offset, offset + room);
    const moreFragments = offset + room < payload.length;
    if (v6) {
      const writer = new ByteWriter(FRAGMENT_HEADER_LENGTH + part.length);
      encodeFragmentHeader({ nextHeader: protocol, offset, moreFragments, identification }, writer);
      fragments.push(encodeIpPacket({ src, dst, ttl, protocol: PROTOCOL_FRAGMENT, payload: writer.bytes(part).finish() }));
    } else {
      const id = identification & 0xffff;
      fragments.push(encodeIpPacket({ src, dst, ttl, protocol, payload: part, identification: id, fragmentOffset: offset, moreFragments }));
    }
  }
  return fragments;
}

/** Puts fragments together, bounded in number, bytes and age. */
export class Reassembler {
  readonly #table = new FragmentTable(LIMITS);

  /** The packet itself when it is whole, the datagram when this was its last fragment, else undefined. `now` in milliseconds. */
  add(packet: InnerPacket, now: number): InnerPacket | undefined {
    const { fragment, src, dst, protocol, payload } = packet;
    if (fragment === undefined) return packet;
    if (fragment.offset + payload.length > MAX_DATAGRAM) return undefined;
    const { whole } = this.#table.add({
      src,
      dst,
      protocol,
      identification: fragment.identification,
      depth: 0,
      offset: fragment.offset,
      moreFragments: fragment.more,
      length: payload.length,
      bytes: payload,
      frame: 0,
      time: now / 1000,
    });
    if (whole === undefined) return undefined;
    return { version: packet.version, src, dst, ttl: packet.ttl, protocol, payload: whole.bytes };
  }
}
