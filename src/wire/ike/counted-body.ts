import type { ByteReader } from '../../bytes/reader.js';

/**
 * The reader for a structure whose length field counts its own header, which has been read already.
 * Throws `DecodeError` when the length is below the header or beyond what is there.
 *
 * @param length the field's value
 * @param header bytes of it that are behind the reader
 */
export function countedBody(r: ByteReader, length: number, header: number, field: string): ByteReader {
  if (length < header) throw r.fail(`${field} length`, `${length} is less than ${header}`);
  return r.sub(length - header, field);
}
