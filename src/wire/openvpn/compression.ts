import { compressLz4Block, decompressLz4Block } from '../lz4-block.js';
import { compressLzo1x, decompressLzo1x } from '../lzo1x.js';

/** First byte inside the data channel, where the ends frame compression (`comp.h`). */
const NO_COMPRESS = 0xfa;
const NO_COMPRESS_SWAP = 0xfb;
const LZO_COMPRESS = 0x66;
const LZ4_COMPRESS = 0x69;
/** Framing of `compress stub-v2` and `lz4-v2`: this, then what compressed it. */
const V2_INDICATOR = 0x50;
const V2_UNCOMPRESSED = 0;
const V2_LZ4 = 1;

/** Bytes that framing adds at most. */
export const FRAMING_ROOM = 2;

/** Below this compression hardly ever wins (`comp.h`, `COMPRESS_THRESHOLD`). */
const WORTH_A_TRY = 100;

/**
 * What both ends must agree on: `lzo` for `comp-lzo` with any argument and `compress lzo`, `stub` for `compress` alone and `compress
 * stub`, `none` for `compress migrate`, the others by the word behind `compress`.
 */
export const compressionFramings = ['none', 'lzo', 'stub', 'lz4', 'stub-v2', 'lz4-v2'] as const;
export type AgreedFraming = (typeof compressionFramings)[number];

/** How a payload was framed: `none`, or what its first bytes say. */
type SeenFraming = 'none' | 'no-compress' | 'no-compress-swap' | 'lzo' | 'lz4' | 'v2';

/** Nothing that a tunnel carries is longer: what decompresses to more is a bomb. One for all, as nothing stays in it. */
const scratch = new Uint8Array(65_535);

/**
 * Reads the compression framing, as far as bytes tell: an IP header or an Ethernet frame of `tap` has none of these first bytes but by chance.
 * `payload` is undefined where it does not decompress.
 */
export function readCompressionFraming(plain: Uint8Array): {
  readonly framing: SeenFraming;
  readonly payload: Uint8Array | undefined;
} {
  if (isEthernet(plain)) return { framing: 'none', payload: plain };
  switch (plain[0]) {
    case NO_COMPRESS:
      return { framing: 'no-compress', payload: plain.subarray(1) };
    case NO_COMPRESS_SWAP:
      return { framing: 'no-compress-swap', payload: swapBack(plain) };
    case LZO_COMPRESS:
      return { framing: 'lzo', payload: decompress(decompressLzo1x, plain.subarray(1)) };
    case LZ4_COMPRESS:
      return { framing: 'lz4', payload: decompress(decompressLz4Block, swapBack(plain)) };
    case V2_INDICATOR:
      return { framing: 'v2', payload: openV2(plain) };
    default:
      return { framing: 'none', payload: plain };
  }
}

/** What was framed so; undefined for other first bytes than this framing has (`comp.c`, `lzo.c`, `comp-lz4.c`), and for what does not decompress. */
export function openFraming(framing: AgreedFraming, plain: Uint8Array): Uint8Array | undefined {
  switch (framing) {
    case 'none':
      return plain;
    case 'lzo':
      if (plain[0] === LZO_COMPRESS) return decompress(decompressLzo1x, plain.subarray(1));
      return plain[0] === NO_COMPRESS ? plain.subarray(1) : undefined;
    case 'stub':
    case 'lz4':
      if (plain[0] === LZ4_COMPRESS) return decompress(decompressLz4Block, swapBack(plain));
      return plain[0] === NO_COMPRESS_SWAP ? swapBack(plain) : undefined;
    case 'stub-v2':
    case 'lz4-v2':
      return plain[0] === V2_INDICATOR ? openV2(plain) : plain;
  }
}

/**
 * Frames a payload that is not empty, into `out` from `at` on, where `FRAMING_ROOM` more bytes than it has are free.
 * @param compress whether to try to make it smaller, where the framing names a way
 * @returns where it ends
 */
export function writeFraming(framing: AgreedFraming, payload: Uint8Array, compress: boolean, out: Uint8Array, at: number): number {
  const smaller = compress && payload.length >= WORTH_A_TRY ? compressFor(framing, payload) : undefined;
  switch (framing) {
    case 'none':
      return put(payload, out, at);
    case 'lzo':
      out[at] = smaller === undefined ? NO_COMPRESS : LZO_COMPRESS;
      return put(smaller ?? payload, out, at + 1);
    case 'stub':
    case 'lz4': {
      const end = put(smaller ?? payload, out, at);
      // The first byte makes room at the end, so that the rest stays aligned.
      out[end] = out[at] as number;
      out[at] = smaller === undefined ? NO_COMPRESS_SWAP : LZ4_COMPRESS;
      return end + 1;
    }
    case 'stub-v2':
    case 'lz4-v2':
      if (smaller === undefined && payload[0] !== V2_INDICATOR) return put(payload, out, at);
      out[at] = V2_INDICATOR;
      out[at + 1] = smaller === undefined ? V2_UNCOMPRESSED : V2_LZ4;
      return put(smaller ?? payload, out, at + 2);
  }
}

function put(bytes: Uint8Array, out: Uint8Array, at: number): number {
  out.set(bytes, at);
  return at + bytes.length;
}

function compressFor(framing: AgreedFraming, payload: Uint8Array): Uint8Array | undefined {
  if (framing === 'lzo') return compressLzo1x(payload);
  return framing === 'lz4' || framing === 'lz4-v2' ? compressLz4Block(payload) : undefined;
}

function openV2(plain: Uint8Array): Uint8Array | undefined {
  if (plain[1] === V2_LZ4) return decompress(decompressLz4Block, plain.subarray(2));
  return plain[1] === V2_UNCOMPRESSED ? plain.subarray(2) : undefined;
}

function swapBack(plain: Uint8Array): Uint8Array {
  if (plain.length < 2) return plain.subarray(1);
  // Not slice(): a Buffer's are no copies.
  const payload = new Uint8Array(plain.subarray(0, -1));
  payload[0] = plain[plain.length - 1] as number;
  return payload;
}

function decompress(run: (input: Uint8Array, out: Uint8Array) => number | undefined, input: Uint8Array): Uint8Array | undefined {
  const length = run(input, scratch);
  return length === undefined ? undefined : scratch.slice(0, length);
}

/** A frame of `tap`: addresses may begin with any byte, but EtherType stands where it does. */
function isEthernet(plain: Uint8Array): boolean {
  const etherType = plain.length < 14 ? 0 : ((plain[12] as number) << 8) | (plain[13] as number);
  const version = (plain[14] ?? 0) >> 4;
  return etherType === 0x0806 || (etherType === 0x0800 && version === 4) || (etherType === 0x86dd && version === 6);
}
