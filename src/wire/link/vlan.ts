import type { ByteReader } from '../../bytes/reader.js';
import type { ByteWriter } from '../../bytes/writer.js';

/** One VLAN tag, behind the EtherType that announced it. */
export interface VlanHeader {
  readonly kind: 'vlan';
  /** Priority code point, 0 to 7. */
  readonly priority: number;
  readonly dropEligible: boolean;
  readonly id: number;
  /** Of what follows; may be the next tag. */
  readonly etherType: number;
}

/** Leaves the reader behind the tag. IEEE 802.1Q §9.6. */
export function decodeVlan(reader: ByteReader): VlanHeader {
  const control = reader.u16('VLAN tag');
  return {
    kind: 'vlan',
    priority: control >> 13,
    dropEligible: (control & 0x1000) !== 0,
    id: control & 0xfff,
    etherType: reader.u16('EtherType behind VLAN tag'),
  };
}

export function encodeVlan(header: VlanHeader, writer: ByteWriter): void {
  writer.u16((header.priority << 13) | (header.dropEligible ? 0x1000 : 0) | header.id).u16(header.etherType);
}
