import type { ByteReader } from '../bytes/reader.js';

export const GTP_U_PORT = 2152;
/** G-PDU: a user's packet follows. */
export const GTP_G_PDU = 255;
const PROTOCOL_TYPE = 0x10;
const EXTENSION = 0x04;
const SEQUENCE = 0x02;
const N_PDU = 0x01;

/** GTP-U: the user's packets of a mobile network. */
export interface GtpHeader {
  readonly kind: 'gtp';
  readonly messageType: number;
  /** Bytes behind the first eight. */
  readonly length: number;
  readonly tunnelId: number;
  readonly sequence: number | undefined;
}

/** Leaves the reader behind the header and its extensions. 3GPP TS 29.281 §5.1, §5.2. Throws `DecodeError` when the version is not 1. */
export function decodeGtp(reader: ByteReader): GtpHeader {
  const flags = reader.u8('GTP flags');
  if (flags >> 5 !== 1 || (flags & PROTOCOL_TYPE) === 0)
    throw reader.fail('GTP version', `flags 0x${flags.toString(16)}, not GTP-U version 1`);
  const messageType = reader.u8('GTP message type');
  const length = reader.u16('GTP length');
  const tunnelId = reader.u32('GTP tunnel id');
  let sequence: number | undefined;
  if ((flags & (EXTENSION | SEQUENCE | N_PDU)) !== 0) {
    const number = reader.u16('GTP sequence number');
    if ((flags & SEQUENCE) !== 0) sequence = number;
    reader.skip(1, 'GTP N-PDU number');
    let next = reader.u8('GTP extension type');
    if ((flags & EXTENSION) === 0) next = 0;
    while (next !== 0) {
      const words = reader.u8('GTP extension length');
      if (words === 0) throw reader.fail('GTP extension length', '0 words');
      reader.skip(words * 4 - 2, 'GTP extension');
      next = reader.u8('GTP extension type');
    }
  }
  return { kind: 'gtp', messageType, length, tunnelId, sequence };
}
