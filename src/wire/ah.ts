import type { ByteReader } from '../bytes/reader.js';
import type { ByteWriter } from '../bytes/writer.js';

/** Next header, length, reserved, SPI, sequence number. */
export const AH_FIXED_LENGTH = 12;

export interface AhHeader {
  readonly kind: 'ah';
  readonly nextHeader: number;
  /** Of the whole header, ICV and its padding included, bytes. */
  readonly length: number;
  readonly spi: number;
  /** The low 32 bits where sequence numbers are extended. */
  readonly sequence: number;
  /** With the padding to 4 (IPv6: 8) bytes: how much of it is ICV, only the SA tells. */
  readonly icv: Uint8Array;
}

/** Leaves the reader behind the ICV. RFC 4302 §2. Throws `DecodeError` when the length leaves no room for its own fields. */
export function decodeAh(reader: ByteReader): AhHeader {
  const nextHeader = reader.u8('AH next header');
  // RFC 4302 §2.2: 32-bit words minus 2.
  const length = (reader.u8('AH payload length') + 2) * 4;
  if (length < AH_FIXED_LENGTH) throw reader.fail('AH payload length', `${length} bytes in all, at least ${AH_FIXED_LENGTH} needed`);
  reader.skip(2, 'AH reserved');
  const spi = reader.u32('AH SPI');
  const sequence = reader.u32('AH sequence number');
  return { kind: 'ah', nextHeader, length, spi, sequence, icv: reader.bytes(length - AH_FIXED_LENGTH, 'AH ICV') };
}

/** The same of a header whose length field is wrong or whose ICV is cut: the fields in front, and of the ICV what is there. */
export function decodeAhStart(reader: ByteReader): AhHeader {
  const nextHeader = reader.u8('AH next header');
  const length = (reader.u8('AH payload length') + 2) * 4;
  reader.skip(2, 'AH reserved');
  const spi = reader.u32('AH SPI');
  const sequence = reader.u32('AH sequence number');
  const icvLength = Math.max(0, length - AH_FIXED_LENGTH);
  return { kind: 'ah', nextHeader, length, spi, sequence, icv: reader.bytes(Math.min(icvLength, reader.remaining), 'AH ICV') };
}

export function encodeAh(header: AhHeader, writer: ByteWriter): void {
  writer
    .u8(header.nextHeader)
    .u8((AH_FIXED_LENGTH + header.icv.length) / 4 - 2)
    .u16(0);
  writer.u32(header.spi).u32(header.sequence).bytes(header.icv);
}
