import { ByteReader } from '../../bytes/reader.js';

/**
 * The Internet checksum over `parts` in order (RFC 1071): 0 over bytes that contain their own right checksum.
 * Every part but the last must be of even length.
 */
export function internetChecksum(...parts: readonly Uint8Array[]): number {
  let sum = 0;
  for (const part of parts) {
    const reader = new ByteReader(part);
    // Two words at a time: carries out of the lower half end up where folding puts them.
    while (reader.remaining >= 4) sum += reader.u32('checksummed words');
    if (reader.remaining >= 2) sum += reader.u16('checksummed word');
    if (reader.remaining === 1) sum += reader.u8('last checksummed byte') << 8;
    // Fewer than 2^20 additions keep the sum exact and below 2^53; fold once per part all the same.
    sum = (sum % 0x10000) + Math.floor(sum / 0x10000);
  }
  while (sum > 0xffff) sum = (sum % 0x10000) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}
