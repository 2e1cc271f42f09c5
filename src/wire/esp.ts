import type { ByteReader } from '../bytes/reader.js';
import type { ByteWriter } from '../bytes/writer.js';

/** SPI and sequence number: all of ESP that is not behind the key. */
export const ESP_HEADER_LENGTH = 8;

export interface EspHeader {
  readonly kind: 'esp';
  readonly spi: number;
  /** The low 32 bits where sequence numbers are extended. */
  readonly sequence: number;
}

/** Leaves the reader at the IV. RFC 4303 §2. */
export function decodeEsp(reader: ByteReader): EspHeader {
  return { kind: 'esp', spi: reader.u32('ESP SPI'), sequence: reader.u32('ESP sequence number') };
}

export function encodeEsp(header: EspHeader, writer: ByteWriter): void {
  writer.u32(header.spi).u32(header.sequence);
}
