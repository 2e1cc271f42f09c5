import type { ByteReader } from '../../bytes/reader.js';
import type { ByteWriter } from '../../bytes/writer.js';

/** PPPoE session stage; PPP follows. */
export interface PppoeHeader {
  readonly kind: 'pppoe';
  readonly version: number;
  readonly type: number;
  /** 0 for session data. */
  readonly code: number;
  readonly sessionId: number;
  /** Of the PPP frame that follows. */
  readonly length: number;
}

/** Leaves the reader behind the header. RFC 2516 §4. */
export function decodePppoe(reader: ByteReader): PppoeHeader {
  const first = reader.u8('PPPoE version and type');
  return {
    kind: 'pppoe',
    version: first >> 4,
    type: first & 0x0f,
    code: reader.u8('PPPoE code'),
    sessionId: reader.u16('PPPoE session id'),
    length: reader.u16('PPPoE length'),
  };
}

export function encodePppoe(header: PppoeHeader, writer: ByteWriter): void {
  writer
    .u8((header.version << 4) | header.type)
    .u8(header.code)
    .u16(header.sessionId)
    .u16(header.length);
}
