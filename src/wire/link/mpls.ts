import type { ByteReader } from '../../bytes/reader.js';
import type { ByteWriter } from '../../bytes/writer.js';

/** One entry of an MPLS label stack. */
export interface MplsHeader {
  readonly kind: 'mpls';
  readonly label: number;
  readonly trafficClass: number;
  /** The last entry: behind it stands what is carried. */
  readonly bottom: boolean;
  readonly ttl: number;
}

/** Leaves the reader behind the entry. RFC 3032 §2.1. */
export function decodeMpls(reader: ByteReader): MplsHeader {
  const entry = reader.u32('MPLS label stack entry');
  return {
    kind: 'mpls',
    label: entry >>> 12,
    trafficClass: (entry >>> 9) & 7,
    bottom: (entry & 0x100) !== 0,
    ttl: entry & 0xff,
  };
}

export function encodeMpls(header: MplsHeader, writer: ByteWriter): void {
  writer.u32(((header.label << 12) | (header.trafficClass << 9) | (header.bottom ? 0x100 : 0) | header.ttl) >>> 0);
}
