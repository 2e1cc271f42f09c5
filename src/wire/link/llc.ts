import type { ByteReader } from '../../bytes/reader.js';
import type { ByteWriter } from '../../bytes/writer.js';

/** SNAP is announced by both service access points being 0xaa. */
const SNAP_SAP = 0xaa;
/** Unnumbered frames have a control field of one byte, all others of two. */
const UNNUMBERED = 0x03;

/** LLC, with SNAP where it is there: enough to find IP behind it or to step over it. */
export interface LlcHeader {
  readonly kind: 'llc';
  readonly dsap: number;
  readonly ssap: number;
  /** One byte for unnumbered frames, two otherwise. */
  readonly control: number;
  /** SNAP's organisation; 0 means that an EtherType follows. */
  readonly oui?: number;
  /** SNAP's protocol, an EtherType when `oui` is 0; 0 without SNAP. */
  readonly etherType: number;
}

/** Leaves the reader behind LLC and SNAP. IEEE 802.2 §3.2, RFC 1042. */
export function decodeLlc(reader: ByteReader): LlcHeader {
  const dsap = reader.u8('LLC DSAP');
  const ssap = reader.u8('LLC SSAP');
  const first = reader.u8('LLC control');
  const control = (first & UNNUMBERED) === UNNUMBERED ? first : (first << 8) | reader.u8('LLC control, second byte');
  if (dsap !== SNAP_SAP || ssap !== SNAP_SAP) return { kind: 'llc', dsap, ssap, control, etherType: 0 };
  return { kind: 'llc', dsap, ssap, control, oui: reader.u24('SNAP organisation'), etherType: reader.u16('SNAP protocol') };
}

export function encodeLlc(header: LlcHeader, writer: ByteWriter): void {
  writer.u8(header.dsap).u8(header.ssap);
  if (header.control > 0xff || (header.control & UNNUMBERED) !== UNNUMBERED) writer.u16(header.control);
  else writer.u8(header.control);
  if (header.oui !== undefined) writer.u24(header.oui).u16(header.etherType);
}
