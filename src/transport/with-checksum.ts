import { ByteWriter } from '../bytes/writer.js';
import type { Endpoint } from '../model/endpoint.js';
import { addressBytes } from '../wire/ip/address.js';
import { PROTOCOL_UDP } from '../wire/ip/protocols.js';
import { transportChecksum } from '../wire/ip/transport-checksum.js';

/**
 * A UDP datagram or TCP segment with its right checksum.
 * @param write writes all of it, the checksum it is given among it
 */
export function withChecksum(
  src: Endpoint,
  dst: Endpoint,
  protocol: number,
  write: (writer: ByteWriter, checksum: number) => void,
): Uint8Array {
  const blank = new ByteWriter();
  write(blank, 0);
  const sum = transportChecksum(addressBytes(src.address), addressBytes(dst.address), protocol, blank.finish());
  const writer = new ByteWriter(blank.length);
  // 0 means "none computed" in UDP, and all ones is the same number (RFC 768).
  write(writer, sum === 0 && protocol === PROTOCOL_UDP ? 0xffff : sum);
  return writer.finish();
}
