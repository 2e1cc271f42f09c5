import { type PacketToWrite, pcapHeader, pcapPacket } from '../../src/pcapfile/writer.js';

/** The beginning of 2026: packets without a time of their own come a millisecond after the one before, from here on. */
export const BUILDER_START = 1_767_225_600;

/** Without a time of its own, the time follows from the packet's place. */
export type BuiltPacket = PacketToWrite | (Omit<PacketToWrite, 'sec' | 'nsec'> & { readonly sec?: never; readonly nsec?: never });

/** A packet of given bytes at a given time in seconds (`1.5`) after `BUILDER_START`. */
export function at(seconds: number, data: Uint8Array): PacketToWrite {
  const nanos = Math.round(seconds * 1e9);
  return { sec: BUILDER_START + Math.floor(nanos / 1e9), nsec: nanos % 1e9, data };
}

/** The bytes of a pcap file with these packets: raw IP (link type 101) and nanoseconds unless said otherwise. */
export function buildPcap(
  packets: readonly (Uint8Array | BuiltPacket)[],
  { linkType = 101, nanoseconds = true }: { readonly linkType?: number; readonly nanoseconds?: boolean } = {},
): Buffer {
  const records = packets.map((packet, index) => {
    if (packet instanceof Uint8Array) return pcapPacket(at(index / 1000, packet), nanoseconds);
    return pcapPacket(packet.sec === undefined ? { ...packet, ...at(index / 1000, packet.data) } : packet, nanoseconds);
  });
  return Buffer.concat([pcapHeader(linkType, nanoseconds), ...records]);
}
