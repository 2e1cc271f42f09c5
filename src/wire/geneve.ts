import type { ByteReader } from '../bytes/reader.js';

export const GENEVE_PORT = 6081;

/** Geneve: what `etherType` names follows. */
export interface GeneveHeader {
  readonly kind: 'geneve';
  readonly etherType: number;
  readonly networkId: number;
}

/** Leaves the reader behind the header and its options. RFC 8926 §3.4. Throws `DecodeError` when the version is not 0 or reserved bits are set. */
export function decodeGeneve(reader: ByteReader): GeneveHeader {
  const first = reader.u8('Geneve version and options length');
  if (first >> 6 !== 0) throw reader.fail('Geneve version', `${first >> 6}, not 0`);
  const flags = reader.u8('Geneve flags');
  const etherType = reader.u16('Geneve protocol type');
  const networkId = reader.u24('Geneve network id');
  if ((flags & 0x3f) !== 0 || reader.u8('Geneve reserved') !== 0)
    throw reader.fail('Geneve flags', `0x${flags.toString(16)} and reserved bits`);
  reader.skip((first & 0x3f) * 4, 'Geneve options');
  return { kind: 'geneve', etherType, networkId };
}
