import { UsageError } from '../bytes/errors.js';

/** Bytes of the pcap file header and of the header before each packet. */
export const PCAP_HEADER = 24;
export const PCAP_RECORD_HEADER = 16;

/** Written into headers: packets are never cut by us, and this is what readers accept without remark. */
const SNAP_LENGTH = 262_144;

/** A packet to be written: where it lies and when it was. */
export interface PacketToWrite {
  readonly sec: number;
  readonly nsec: number;
  readonly data: Uint8Array;
  /** Bytes `start` to `end` of `data`; all of it when left out. */
  readonly start?: number;
  readonly end?: number;
  /** Length on the wire; the captured length when left out. */
  readonly originalLength?: number;
}

/** Header of a little-endian pcap file. `nanoseconds`: its times have nine digits, otherwise six. */
export function pcapHeader(linkType: number, nanoseconds: boolean): Buffer {
  const header = Buffer.alloc(PCAP_HEADER);
  header.writeUInt32LE(nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(SNAP_LENGTH, 16);
  header.writeUInt32LE(linkType, 20);
  return header;
}

/**
 * Writes a packet with its record header at `at` of `into`, which must have room for `PCAP_RECORD_HEADER`
 * more bytes than the packet; returns the place behind it.
 */
export function putPcapPacket(into: Buffer, at: number, packet: PacketToWrite, nanoseconds: boolean): number {
  const start = packet.start ?? 0;
  const length = (packet.end ?? packet.data.length) - start;
  into.writeUInt32LE(packet.sec >>> 0, at);
  into.writeUInt32LE(nanoseconds ? packet.nsec : Math.floor(packet.nsec / 1000), at + 4);
  into.writeUInt32LE(length, at + 8);
  into.writeUInt32LE(packet.originalLength ?? length, at + 12);
  into.set(packet.data.subarray(start, start + length), at + PCAP_RECORD_HEADER);
  return at + PCAP_RECORD_HEADER + length;
}

/** A packet as a buffer of its own, for small files. */
export function pcapPacket(packet: PacketToWrite, nanoseconds: boolean): Buffer {
  const length = (packet.end ?? packet.data.length) - (packet.start ?? 0);
  const record = Buffer.allocUnsafe(PCAP_RECORD_HEADER + length);
  putPcapPacket(record, 0, packet, nanoseconds);
  return record;
}

/** Block type, total length, padded body, total length. */
function block(type: number, ...body: Buffer[]): Buffer {
  const content = Buffer.concat(body);
  const length = 12 + content.length + (-content.length & 3);
  const bytes = Buffer.alloc(length);
  bytes.writeUInt32LE(type, 0);
  bytes.writeUInt32LE(length, 4);
  bytes.set(content, 8);
  bytes.writeUInt32LE(length, length - 4);
  return bytes;
}

/** Options with the end mark behind them; nothing at all when there are none. */
function options(list: readonly (readonly [code: number, value: Buffer])[]): Buffer {
  if (list.length === 0) return Buffer.alloc(0);
  const parts = list.flatMap(([code, value]) => {
    if (value.length > 0xffff) throw new UsageError(`a pcapng option holds at most 65535 bytes, not ${value.length}`);
    const header = Buffer.alloc(4);
    header.writeUInt16LE(code, 0);
    header.writeUInt16LE(value.length, 2);
    return [header, value, Buffer.alloc(-value.length & 3)];
  });
  return Buffer.concat([...parts, Buffer.alloc(4)]);
}

function u32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value >>> 0, index * 4);
  return bytes;
}

/** Section Header Block: the beginning of a little-endian pcapng file (draft-ietf-opsawg-pcapng §4.1). */
export function pcapngSection(about: { readonly application?: string; readonly comment?: string } = {}): Buffer {
  const version = Buffer.from([1, 0, 0, 0]);
  const list: [number, Buffer][] = [];
  if (about.comment !== undefined) list.push([1, Buffer.from(about.comment)]);
  if (about.application !== undefined) list.push([4, Buffer.from(about.application)]);
  // The section's length is left open (-1): it is written as it comes.
  return block(0x0a0d0d0a, u32(0x1a2b3c4d), version, u32(0xffffffff, 0xffffffff), options(list));
}

/** Interface Description Block with nanoseconds; interfaces count from 0 in the order written (§4.2). */
export function pcapngInterface(linkType: number, about: { readonly name?: string; readonly description?: string } = {}): Buffer {
  const list: [number, Buffer][] = [];
  if (about.name !== undefined) list.push([2, Buffer.from(about.name)]);
  if (about.description !== undefined) list.push([3, Buffer.from(about.description)]);
  list.push([9, Buffer.from([9])]);
  return block(1, u32(linkType, SNAP_LENGTH), options(list));
}

/** Enhanced Packet Block (§4.3) of an interface that `pcapngInterface` described. */
export function pcapngPacket(packet: PacketToWrite, interfaceId = 0, comment?: string): Buffer {
  const start = packet.start ?? 0;
  const end = packet.end ?? packet.data.length;
  const time = BigInt(packet.sec) * 1_000_000_000n + BigInt(packet.nsec);
  const header = u32(interfaceId, Number(time >> 32n), Number(time & 0xffff_ffffn), end - start, packet.originalLength ?? end - start);
  const padding = Buffer.alloc(-(end - start) & 3);
  return block(
    6,
    header,
    Buffer.from(packet.data.subarray(start, end)),
    padding,
    options(comment === undefined ? [] : [[1, Buffer.from(comment)]]),
  );
}

/** Decryption Secrets Block (§4.7): keys in the file itself. It must come before the packets it opens. */
export function pcapngSecrets(type: number, secrets: Uint8Array): Buffer {
  return block(10, u32(type, secrets.length), Buffer.from(secrets));
}
