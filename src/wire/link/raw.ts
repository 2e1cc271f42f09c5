import type { ByteReader } from '../../bytes/reader.js';
import { ETHERTYPE_IPV4, ETHERTYPE_IPV6 } from './ethertypes.js';

/** No link header at all: the packet begins with the IP version. */
export interface RawHeader {
  readonly kind: 'raw';
  /** By the version nibble; 0 when it is neither 4 nor 6. */
  readonly etherType: number;
}

/** Moves nothing. LINKTYPE_RAW, LINKTYPE_IPV4, LINKTYPE_IPV6. */
export function decodeRaw(reader: ByteReader): RawHeader {
  const version = reader.fork().u8('IP version') >> 4;
  return { kind: 'raw', etherType: version === 4 ? ETHERTYPE_IPV4 : version === 6 ? ETHERTYPE_IPV6 : 0 };
}
