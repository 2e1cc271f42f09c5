import type { ByteReader } from '../../bytes/reader.js';
import type { ByteWriter } from '../../bytes/writer.js';

/** What newer `tcpdump -i any` writes: version 2 of the "cooked" header, with the interface. */
export interface LinuxSll2Header {
  readonly kind: 'linux-sll2';
  readonly etherType: number;
  /** Index of the interface on the machine that captured. */
  readonly interfaceIndex: number;
  /** ARPHRD_ number of the interface. */
  readonly hardwareType: number;
  /** 0 to us, 1 broadcast, 2 multicast, 3 to somebody else, 4 sent by us. */
  readonly packetType: number;
  /** As much of the sender's address as there is, up to 8 bytes. */
  readonly address: Uint8Array;
}

const ADDRESS_ROOM = 8;

/** Leaves the reader behind the header. LINKTYPE_LINUX_SLL2. */
export function decodeLinuxSll2(reader: ByteReader): LinuxSll2Header {
  const etherType = reader.u16('SLL2 protocol');
  reader.skip(2, 'SLL2 reserved');
  const interfaceIndex = reader.u32('SLL2 interface index');
  const hardwareType = reader.u16('SLL2 hardware type');
  const packetType = reader.u8('SLL2 packet type');
  const length = Math.min(reader.u8('SLL2 address length'), ADDRESS_ROOM);
  const address = reader.bytes(ADDRESS_ROOM, 'SLL2 address').subarray(0, length);
  return { kind: 'linux-sll2', etherType, interfaceIndex, hardwareType, packetType, address };
}

export function encodeLinuxSll2(header: LinuxSll2Header, writer: ByteWriter): void {
  writer.u16(header.etherType).u16(0).u32(header.interfaceIndex).u16(header.hardwareType).u8(header.packetType);
  writer
    .u8(header.address.length)
    .bytes(header.address)
    .zeros(ADDRESS_ROOM - header.address.length);
}
