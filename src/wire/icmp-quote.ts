import type { ByteReader } from '../bytes/reader.js';
import { decodeAh } from './ah.js';
import { decodeEsp } from './esp.js';
import { decodeExtensionHeader, decodeFragmentHeader, isExtensionHeader } from './ip/extension-headers.js';
import { decodeIpv4 } from './ip/ipv4.js';
import { decodeIpv6, IPV6_HEADER_LENGTH } from './ip/ipv6.js';
import { PROTOCOL_AH, PROTOCOL_ESP, PROTOCOL_FRAGMENT, PROTOCOL_TCP, PROTOCOL_UDP } from './ip/protocols.js';
import { UDP_HEADER_LENGTH } from './udp.js';
import { NATT_PORT } from './udp-encap.js';

/** What an ICMP error gives back of the packet that caused it. */
export interface QuotedPacket {
  readonly src: string;
  readonly dst: string;
  /** IP protocol number behind extension headers. */
  readonly protocol: number;
  /** IP length of the quoted packet as its header tells: what was too big. */
  readonly length: number;
  /** It was a fragment other than the first: neither ports nor SPI can be told. */
  readonly laterFragment: boolean;
  readonly srcPort?: number;
  readonly dstPort?: number;
  /** Of ESP and AH, also of ESP in UDP 4500 when so much is quoted. */
  readonly spi?: number;
}

/**
 * Reads the body of an ICMP error. RFC 792 asks for the IP header and 8 bytes, which is just enough for ports
 * or SPI; senders that follow RFC 1812 §4.3.2.3 and RFC 4443 §2.4 give more. What is not there stays out;
 * `DecodeError` when not even the IP header is.
 */
export function decodeQuotedPacket(version: 4 | 6, reader: ByteReader): QuotedPacket {
  if (version === 4) {
    const ip = decodeIpv4(reader);
    const laterFragment = ip.fragmentOffset > 0;
    const base = { src: ip.src, dst: ip.dst, protocol: ip.protocol, length: ip.totalLength, laterFragment };
    return laterFragment ? base : { ...base, ...decodeTransport(ip.protocol, reader) };
  }
  const ip = decodeIpv6(reader);
  let protocol = ip.nextHeader;
  let laterFragment = false;
  while (reader.remaining >= 8 && !laterFragment) {
    if (protocol === PROTOCOL_FRAGMENT) {
      const fragment = decodeFragmentHeader(reader);
      protocol = fragment.nextHeader;
      laterFragment = fragment.offset > 0;
    } else if (isExtensionHeader(protocol)) protocol = decodeExtensionHeader(protocol, reader).nextHeader;
    else break;
  }
  const base = { src: ip.src, dst: ip.dst, protocol, length: ip.payloadLength + IPV6_HEADER_LENGTH, laterFragment };
  return laterFragment ? base : { ...base, ...decodeTransport(protocol, reader) };
}

function decodeTransport(protocol: number, reader: ByteReader): { srcPort?: number; dstPort?: number; spi?: number } {
  if (reader.remaining < 8) return {};
  switch (protocol) {
    case PROTOCOL_ESP:
      return { spi: decodeEsp(reader).spi };
    case PROTOCOL_AH: {
      // Eight quoted bytes reach to the SPI and not to the sequence number.
      if (reader.remaining >= 12) return { spi: decodeAh(reader).spi };
      reader.skip(4, 'AH next header, length and reserved');
      return { spi: reader.u32('AH SPI') };
    }
    case PROTOCOL_TCP:
      return { srcPort: reader.u16('TCP source port'), dstPort: reader.u16('TCP destination port') };
    case PROTOCOL_UDP: {
      const srcPort = reader.u16('UDP source port');
      const dstPort = reader.u16('UDP destination port');
      reader.skip(UDP_HEADER_LENGTH - 4, 'UDP length and checksum');
      if ((srcPort !== NATT_PORT && dstPort !== NATT_PORT) || reader.remaining < 4) return { srcPort, dstPort };
      const spi = reader.u32('ESP SPI or non-ESP marker');
      return spi === 0 ? { srcPort, dstPort } : { srcPort, dstPort, spi };
    }
    default:
      return {};
  }
}
