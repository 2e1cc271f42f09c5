import type { ByteReader } from '../../bytes/reader.js';
import type { ByteWriter } from '../../bytes/writer.js';

/** Six bytes as one number, so that a header costs no strings and no views: 48 bits fit exactly. */
export type MacAddress = number;

export function readMac(reader: ByteReader, field: string): MacAddress {
  return reader.u16(field) * 2 ** 32 + reader.u32(field);
}

export function writeMac(writer: ByteWriter, address: MacAddress): void {
  writer.u16(Math.floor(address / 2 ** 32)).u32(address % 2 ** 32);
}

/** `00:1b:21:3c:9d:f8`. */
export function formatMac(address: MacAddress): string {
  const digits = address.toString(16).padStart(12, '0');
  return `${digits.slice(0, 2)}:${digits.slice(2, 4)}:${digits.slice(4, 6)}:${digits.slice(6, 8)}:${digits.slice(8, 10)}:${digits.slice(10, 12)}`;
}
