import type { ByteReader } from '../../bytes/reader.js';
import type { ByteWriter } from '../../bytes/writer.js';
import { type MacAddress, readMac, writeMac } from './mac.js';

/** Ethernet II or 802.3 header. */
export interface EthernetHeader {
  readonly kind: 'ethernet';
  readonly dst: MacAddress;
  readonly src: MacAddress;
  /** EtherType; up to 1500 a length, and LLC follows. */
  readonly etherType: number;
}

/** Leaves the reader behind the header. IEEE 802.3 §3.1. */
export function decodeEthernet(reader: ByteReader): EthernetHeader {
  return {
    kind: 'ethernet',
    dst: readMac(reader, 'Ethernet destination'),
    src: readMac(reader, 'Ethernet source'),
    etherType: reader.u16('EtherType'),
  };
}

export function encodeEthernet(header: EthernetHeader, writer: ByteWriter): void {
  writeMac(writer, header.dst);
  writeMac(writer, header.src);
  writer.u16(header.etherType);
}
