import { ByteReader } from '../../bytes/reader.js';
import { PROTOCOL_IPV4, PROTOCOL_IPV6 } from '../../wire/ip/protocols.js';
import { decodeEthernet } from '../../wire/link/ethernet.js';
import { ETHERTYPE_IPV4, ETHERTYPE_IPV6 } from '../../wire/link/ethertypes.js';

const ETHERNET_HEADER = 14;

/** The IP packet in what the data channel carried: bare with `tun`, behind an Ethernet header with `tap`. Undefined for anything else, ARP for one. */
export function innerPacket(payload: Uint8Array): { readonly bytes: Uint8Array; readonly protocol: number } | undefined {
  const version = (payload[0] ?? 0) >> 4;
  if (payload.length >= ETHERNET_HEADER) {
    const { etherType } = decodeEthernet(new ByteReader(payload));
    const bytes = payload.subarray(ETHERNET_HEADER);
    if (etherType === ETHERTYPE_IPV4 && (bytes[0] ?? 0) >> 4 === 4) return { bytes, protocol: PROTOCOL_IPV4 };
    if (etherType === ETHERTYPE_IPV6 && (bytes[0] ?? 0) >> 4 === 6) return { bytes, protocol: PROTOCOL_IPV6 };
  }
  if (version === 4) return { bytes: payload, protocol: PROTOCOL_IPV4 };
  return version === 6 ? { bytes: payload, protocol: PROTOCOL_IPV6 } : undefined;
}
