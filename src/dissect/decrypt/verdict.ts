import type { ByteReader } from '../../bytes/reader.js';

/** `unknown`: no key for it, no algorithm that could tell, or none used. */
export type IcvVerdict = 'good' | 'bad' | 'unknown';

export function verdictOf(fits: boolean | undefined): IcvVerdict {
  return fits === undefined ? 'unknown' : fits ? 'good' : 'bad';
}

/**
 * Whether bytes look like a chain of IKE payloads (generic headers of RFC 7296 §3.2, RFC 2408 §3.2): what a wrong key cannot
 * produce by chance. `slack` bytes may be left behind the last one (IKEv1 pads without saying how much).
 */
export function looksLikePayloadChain(reader: ByteReader, firstPayload: number, slack: number): boolean {
  let next = firstPayload;
  for (let n = 0; next !== 0; n++) {
    if (n > 64 || reader.remaining < 4) return false;
    next = reader.u8('next payload');
    const flags = reader.u8('flags');
    const length = reader.u16('payload length');
    // Bit 7 is "critical"; all others are reserved and sent as zero.
    if ((flags & 0x7f) !== 0 || length < 4 || length - 4 > reader.remaining) return false;
    reader.skip(length - 4, 'payload body');
  }
  return reader.remaining <= slack;
}
