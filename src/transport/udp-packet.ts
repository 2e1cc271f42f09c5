import type { Endpoint } from '../model/endpoint.js';
import { encodeIpPacket } from '../wire/ip/ip-packet.js';
import { PROTOCOL_UDP } from '../wire/ip/protocols.js';
import { encodeUdp, UDP_HEADER_LENGTH } from '../wire/udp.js';
import { withChecksum } from './with-checksum.js';

/** The IP packet that a datagram of these parts would be; undefined for what is longer: it was never sent, the socket said so. */
export function udpPacket(src: Endpoint, dst: Endpoint, parts: readonly Uint8Array[]): Uint8Array | undefined {
  const length = parts.reduce((sum, part) => sum + part.length, UDP_HEADER_LENGTH);
  if (length > 0xffff) return undefined;
  const payload = withChecksum(src, dst, PROTOCOL_UDP, (writer, checksum) => {
    encodeUdp({ kind: 'udp', srcPort: src.port, dstPort: dst.port, length, checksum }, writer);
    for (const part of parts) writer.bytes(part);
  });
  return encodeIpPacket({ src: src.address, dst: dst.address, protocol: PROTOCOL_UDP, payload });
}
