import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { ByteWriter } from '../bytes/writer.js';
import { encodeIpcomp, IPCOMP_HEADER_LENGTH } from './ipcomp.js';

/** IP datagrams cannot be longer: a compressed one that claims to be is a bomb. */
const MAX_DATAGRAM = 65_535;

/**
 * What an IPComp packet held before it was compressed (RFC 3173 §2.2, DEFLATE as in RFC 2394), undefined when it is not
 * DEFLATE or is damaged. Other algorithms (LZS, LZJH) are not tried: nobody negotiates them any more.
 * @param packet from the IPComp header on
 */
export function inflateIpcomp(packet: Uint8Array): Uint8Array | undefined {
  if (packet.length <= IPCOMP_HEADER_LENGTH) return undefined;
  try {
    return inflateRawSync(packet.subarray(IPCOMP_HEADER_LENGTH), { maxOutputLength: MAX_DATAGRAM });
  } catch {
    // Which of the reasons zlib had does not matter: what cannot be inflated stays compressed.
    return undefined;
  }
}

/** Linux inflates with a window of 2^11 bytes and refuses what reaches farther back; RFC 2394 §2.2 allows any. */
const WINDOW_BITS = 11;

/** Below this DEFLATE hardly ever wins what the IPComp header costs (RFC 3173 §2.2 leaves the bound to the algorithm). */
const WORTH_A_TRY = 90;

/**
 * The payload behind an IPComp header, undefined when that would be no shorter than the payload itself: it is then to be sent as it
 * is, without header (RFC 3173 §2.2). `nextHeader`: protocol of the payload.
 */
export function deflateIpcomp(payload: Uint8Array, nextHeader: number, cpi: number): Uint8Array | undefined {
  if (payload.length < WORTH_A_TRY) return undefined;
  const data = deflateRawSync(payload, { windowBits: WINDOW_BITS });
  if (data.length + IPCOMP_HEADER_LENGTH >= payload.length) return undefined;
  const writer = new ByteWriter(IPCOMP_HEADER_LENGTH + data.length);
  encodeIpcomp({ kind: 'ipcomp', nextHeader, flags: 0, cpi }, writer);
  return writer.bytes(data).finish();
}
