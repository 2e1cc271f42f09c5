import { ByteWriter } from '../bytes/writer.js';
import { encodeIpv4 } from '../wire/ip/ipv4.js';
import { encodeIpv6 } from '../wire/ip/ipv6.js';
import { PROTOCOL_IPCOMP, PROTOCOL_IPV4, PROTOCOL_IPV6, PROTOCOL_NO_NEXT_HEADER } from '../wire/ip/protocols.js';
import type { InnerPacket } from './analyser.js';
import type { Unit } from './packet.js';

/** Hop limit of headers made here. */
const TTL = 64;

/**
 * The IP packet that ESP or IPComp carried. In transport mode the header stayed outside: one is made from the addresses around
 * it, which is why it tells nothing about TTL or TOS. Undefined for dummy packets (RFC 4303 §2.6) and for what is still compressed.
 */
export function innerIpPacket({ src, dst }: Unit, { nextHeader, bytes: payload }: InnerPacket): Buffer | undefined {
  if (nextHeader === PROTOCOL_NO_NEXT_HEADER || nextHeader === PROTOCOL_IPCOMP) return undefined;
  if (nextHeader === PROTOCOL_IPV4 || nextHeader === PROTOCOL_IPV6) return Buffer.from(payload);
  const writer = new ByteWriter(40 + payload.length);
  const ends = { src: src.address, dst: dst.address };
  if (src.address.includes(':')) {
    encodeIpv6({ kind: 'ipv6', ...ends, trafficClass: 0, flowLabel: 0, payloadLength: payload.length, nextHeader, hopLimit: TTL }, writer);
  } else {
    const rest = { tos: 0, identification: 0, dontFragment: false, moreFragments: false, fragmentOffset: 0, ttl: TTL, checksum: 0 };
    encodeIpv4(
      { kind: 'ipv4', ...ends, ...rest, totalLength: 20 + payload.length, protocol: nextHeader, options: new Uint8Array(0) },
      writer,
    );
  }
  writer.bytes(payload);
  return Buffer.from(writer.finish());
}
