import { type CaptureEnd, type CaptureReaderOptions, createCaptureReader } from '../../src/pcapfile/reader.js';

export interface ReadPacket {
  readonly frame: number;
  readonly sec: number;
  readonly nsec: number;
  readonly nanoseconds: boolean;
  readonly linkType: number;
  readonly interfaceId: number;
  readonly hex: string;
  readonly originalLength: number;
}

/** Everything in a capture, handed to the reader in pieces of `chunk` bytes, from a buffer that is overwritten after each. */
export function readAll(
  bytes: Uint8Array,
  chunk = Number.POSITIVE_INFINITY,
  options: CaptureReaderOptions = {},
): { readonly packets: readonly ReadPacket[]; readonly end: CaptureEnd } {
  const packets: ReadPacket[] = [];
  const reader = createCaptureReader(({ frame, sec, nsec, nanoseconds, linkType, interfaceId, data, start, end, originalLength }) => {
    packets.push({ frame, sec, nsec, nanoseconds, linkType, interfaceId, hex: data.toString('hex', start, end), originalLength });
  }, options);
  for (let at = 0; at < bytes.length; at += chunk) {
    const piece = Buffer.from(bytes.slice(at, at + chunk));
    const more = reader.feed(piece);
    piece.fill(0xee);
    if (!more) break;
  }
  return { packets, end: reader.end() };
}
