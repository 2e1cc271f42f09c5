import { ByteReader } from '../../bytes/reader.js';

/** A guess that an ESP packet is not encrypted at all (RFC 5879). */
export interface NullEspGuess {
  readonly icvLength: number;
  readonly nextHeader: number;
  readonly padLength: number;
  readonly payload: Uint8Array;
}

/** ICV lengths of the algorithms in use: 96, 128, 192, 256 bits, none, 64, 160. */
const icvLengths = [12, 16, 24, 32, 0, 8, 20] as const;

const IPV4 = 4;
const IPV6 = 41;

/**
 * Takes an ESP packet (from the SPI) for unencrypted when what then is the payload fits itself: padding 1, 2, 3, …, a next header
 * of a known kind, and an inner length or checksum-free structure that agrees to the byte. A guess, to be shown as one: only
 * whole IP packets, TCP, UDP and ICMP that hold together are believed.
 */
export function guessNullEsp(packet: Uint8Array): NullEspGuess | undefined {
  for (const icvLength of icvLengths) {
    const length = packet.length - 8 - icvLength;
    if (length < 2 + 8) continue;
    const body = packet.subarray(8, 8 + length);
    const trailer = new ByteReader(body.subarray(length - 2));
    const padLength = trailer.u8('Pad Length');
    const nextHeader = trailer.u8('Next Header');
    const end = length - 2 - padLength;
    if (end < 8 || !body.subarray(end, length - 2).every((byte, i) => byte === i + 1)) continue;
    const payload = body.subarray(0, end);
    if (fitsItself(payload, nextHeader)) return { icvLength, nextHeader, padLength, payload };
  }
  return undefined;
}

function fitsItself(payload: Uint8Array, nextHeader: number): boolean {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  const size = payload.length;
  if (nextHeader === IPV4) return size >= 20 && view.getUint8(0) >> 4 === 4 && (view.getUint8(0) & 15) >= 5 && view.getUint16(2) === size;
  if (nextHeader === IPV6) return size >= 40 && view.getUint8(0) >> 4 === 6 && view.getUint16(4) + 40 === size;
  if (nextHeader === 17) return view.getUint16(4) === size; // UDP
  if (nextHeader === 6)
    return size >= 20 && view.getUint8(12) >> 4 >= 5 && (view.getUint8(12) >> 4) * 4 <= size && (view.getUint8(12) & 0x0f) === 0; // TCP
  if (nextHeader === 1) return (view.getUint8(0) === 8 || view.getUint8(0) === 0) && view.getUint8(1) === 0; // ICMP echo
  if (nextHeader === 58) return (view.getUint8(0) === 128 || view.getUint8(0) === 129) && view.getUint8(1) === 0; // ICMPv6 echo
  return false;
}
