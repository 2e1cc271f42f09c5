import type { ByteReader } from '../../../bytes/reader.js';
import type { ByteWriter } from '../../../bytes/writer.js';
import type { PayloadCodec } from '../payload-codec.js';
import { V2 } from '../tables/payload-types.js';

/** SAs that their sender has deleted, RFC 7296 §3.11. No SPI at all means the IKE SA itself. */
export interface Delete {
  readonly protocol: number;
  /** Bytes of one SPI, kept because an empty list does not tell. */
  readonly spiSize: number;
  readonly spis: readonly Uint8Array[];
}

/** The list of SPIs that ends both versions' payload. Throws `DecodeError` when count, size and length do not agree. */
export function decodeSpis(r: ByteReader, size: number, count: number): readonly Uint8Array[] {
  if (size * count !== r.remaining || (size === 0 && count > 0)) {
    throw r.fail('SPIs', `${count} of ${size} bytes announced, ${r.remaining} bytes there`);
  }
  const spis: Uint8Array[] = [];
  for (let i = 0; i < count; i++) spis.push(r.bytes(size, 'SPI'));
  return spis;
}

/** Writes size, count and SPIs. */
export function encodeSpis(size: number, spis: readonly Uint8Array[], w: ByteWriter): void {
  w.u8(size).u16(spis.length);
  for (const spi of spis) w.bytes(spi);
}

export const payload: PayloadCodec<'delete-sa', Delete> = {
  name: 'delete-sa',
  v2: [V2.D],
  spec: 'RFC 7296 §3.11',
  decode(r) {
    const protocol = r.u8('protocol id');
    const spiSize = r.u8('SPI size');
    const count = r.u16('number of SPIs');
    return { protocol, spiSize, spis: decodeSpis(r, spiSize, count) };
  },
  encode(value, w) {
    w.u8(value.protocol);
    encodeSpis(value.spiSize, value.spis, w);
  },
};
