import { inflateRawSync } from 'node:zlib';
import { IPCOMP_HEADER_LENGTH } from '../../wire/ipcomp.js';

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
