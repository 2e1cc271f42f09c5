/** First byte inside the data channel, where the ends frame compression (`comp.h`). */
const NO_COMPRESS = 0xfa;
const NO_COMPRESS_SWAP = 0xfb;
const LZO_COMPRESS = 0x66;
const LZ4_COMPRESS = 0x69;
/** Framing of `compress stub-v2` and `lz4-v2`: this, then what compressed it. */
const V2_INDICATOR = 0x50;

/** How a payload was framed: `none`, or what its first bytes say. */
export type CompressionFraming = 'none' | 'no-compress' | 'no-compress-swap' | 'lzo' | 'lz4' | 'v2';

/**
 * Reads the compression framing, as far as bytes tell: an IP header or an Ethernet frame of `tap` has none of these first bytes but by chance.
 * `payload` is empty where it is compressed.
 */
export function readCompressionFraming(plain: Uint8Array): {
  readonly framing: CompressionFraming;
  readonly payload: Uint8Array | undefined;
} {
  if (isEthernet(plain)) return { framing: 'none', payload: plain };
  switch (plain[0]) {
    case NO_COMPRESS:
      return { framing: 'no-compress', payload: plain.subarray(1) };
    case NO_COMPRESS_SWAP: {
      // The first byte was moved to the end to make room.
      const last = plain.at(-1);
      if (last === undefined || plain.length < 2) return { framing: 'no-compress-swap', payload: plain.subarray(1) };
      const payload = plain.slice(0, -1);
      payload[0] = last;
      return { framing: 'no-compress-swap', payload };
    }
    case LZO_COMPRESS:
      return { framing: 'lzo', payload: undefined };
    case LZ4_COMPRESS:
      return { framing: 'lz4', payload: undefined };
    case V2_INDICATOR:
      // Not compressed: algorithm 0 and the packet.
      return { framing: 'v2', payload: plain[1] === 0 ? plain.subarray(2) : undefined };
    default:
      return { framing: 'none', payload: plain };
  }
}

/** A frame of `tap`: addresses may begin with any byte, but EtherType stands where it does. */
function isEthernet(plain: Uint8Array): boolean {
  const etherType = plain.length < 14 ? 0 : ((plain[12] as number) << 8) | (plain[13] as number);
  const version = (plain[14] ?? 0) >> 4;
  return etherType === 0x0806 || (etherType === 0x0800 && version === 4) || (etherType === 0x86dd && version === 6);
}
