/**
 * One captured packet, seen where it lies. A reader has ONE such object and fills it again for every
 * packet: it and `data` are valid only during the call of the visitor. Copy what must live longer.
 */
export interface PacketView {
  /** Number of the packet in the capture, from 1. */
  readonly frame: number;
  /** Seconds since 1970, UTC; 0 for pcapng's Simple Packet Block, which has no time. */
  readonly sec: number;
  /** Nanoseconds within the second. */
  readonly nsec: number;
  /** The source tells time in nanoseconds, not only in microseconds. */
  readonly nanoseconds: boolean;
  /** Number of the LINKTYPE_ registry, see `linktypes.ts`. */
  readonly linkType: number;
  /** Index into `CaptureEnd.interfaces`; 0 for pcap. */
  readonly interfaceId: number;
  /** The buffer that holds the packet somewhere in its middle: bytes `start` (included) to `end` (excluded). */
  readonly data: Buffer;
  readonly start: number;
  /** Captured bytes are `end - start`. */
  readonly end: number;
  /** Bytes the packet had on the wire; more than captured when the snap length cut it. */
  readonly originalLength: number;
}

/** Called for every packet, in file order; `false` ends the reading. */
// biome-ignore lint/suspicious/noConfusingVoidType: a visitor that never ends the reading returns nothing
export type PacketVisitor = (packet: PacketView) => boolean | void;

const EMPTY = Buffer.alloc(0);

/** The object behind `PacketView`, for the parsers of this folder. A class, so that its shape never changes. */
export class MutablePacketView implements PacketView {
  frame = 0;
  sec = 0;
  nsec = 0;
  nanoseconds = false;
  linkType = 0;
  interfaceId = 0;
  data: Buffer = EMPTY;
  start = 0;
  end = 0;
  originalLength = 0;
}
