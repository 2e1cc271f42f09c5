import type { ByteReader } from '../bytes/reader.js';
import type { ByteWriter } from '../bytes/writer.js';

/** Bytes. */
export const IPCOMP_HEADER_LENGTH = 4;

export interface IpcompHeader {
  readonly kind: 'ipcomp';
  readonly nextHeader: number;
  readonly flags: number;
  /** Compression Parameter Index: up to 63 the number of the algorithm itself, from 256 negotiated. */
  readonly cpi: number;
}

/** Leaves the reader at the compressed data. RFC 3173 §3. */
export function decodeIpcomp(reader: ByteReader): IpcompHeader {
  return { kind: 'ipcomp', nextHeader: reader.u8('IPComp next header'), flags: reader.u8('IPComp flags'), cpi: reader.u16('IPComp CPI') };
}

export function encodeIpcomp(header: IpcompHeader, writer: ByteWriter): void {
  writer.u8(header.nextHeader).u8(header.flags).u16(header.cpi);
}
