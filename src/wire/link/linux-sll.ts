import type { ByteReader } from '../../bytes/reader.js';
import type { ByteWriter } from '../../bytes/writer.js';

/** What `tcpdump -i any` writes: the "cooked" header, version 1. */
export interface LinuxSllHeader {
  readonly kind: 'linux-sll';
  /** 0 to us, 1 broadcast, 2 multicast, 3 to somebody else, 4 sent by us. */
  readonly packetType: number;
  /** ARPHRD_ number of the interface. */
  readonly hardwareType: number;
  /** As much of the sender's address as there is, up to 8 bytes. */
  readonly address: Uint8Array;
  /** EtherType for ordinary interfaces. */
  readonly etherType: number;
}

const ADDRESS_ROOM = 8;

/** Leaves the reader behind the header. LINKTYPE_LINUX_SLL. */
export function decodeLinuxSll(reader: ByteReader): LinuxSllHeader {
  const packetType = reader.u16('SLL packet type');
  const hardwareType = reader.u16('SLL hardware type');
  // A longer address (InfiniBand) is cut to the room there is, but its full length is told.
  const length = Math.min(reader.u16('SLL address length'), ADDRESS_ROOM);
  const address = reader.bytes(ADDRESS_ROOM, 'SLL address').subarray(0, length);
  return { kind: 'linux-sll', packetType, hardwareType, address, etherType: reader.u16('SLL protocol') };
}

export function encodeLinuxSll(header: LinuxSllHeader, writer: ByteWriter): void {
  writer.u16(header.packetType).u16(header.hardwareType).u16(header.address.length).bytes(header.address);
  writer.zeros(ADDRESS_ROOM - header.address.length).u16(header.etherType);
}
