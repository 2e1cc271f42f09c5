import { DecodeError } from '../../bytes/errors.js';
import { ByteReader } from '../../bytes/reader.js';
import { nameOf } from '../../bytes/registry.js';
import { addressText } from '../../wire/ike/address-text.js';
import { decodeExtensionHeader, decodeFragmentHeader, isExtensionHeader } from '../../wire/ip/extension-headers.js';
import { IPV4_HEADER_LENGTH } from '../../wire/ip/ipv4.js';
import { IPV6_HEADER_LENGTH } from '../../wire/ip/ipv6.js';
import { ipProtocols, PROTOCOL_FRAGMENT, PROTOCOL_ICMP, PROTOCOL_ICMPV6, PROTOCOL_TCP, PROTOCOL_UDP } from '../../wire/ip/protocols.js';

const PROTOCOL_SCTP = 132;
const PROTOCOL_UDPLITE = 136;

/** What selectors look at in an IP packet, and where its parts lie. Addresses stay bytes: this is done for every packet. */
export interface InnerFields {
  readonly version: 4 | 6;
  /** Of the packet as its header tells; at most what is there. */
  readonly length: number;
  /** Offset of the source address; the destination follows it. */
  readonly srcAt: number;
  /** 4 or 16. */
  readonly addressLength: number;
  /** IP protocol behind extension headers. */
  readonly protocol: number;
  /** Offset of what `protocol` describes; behind the fragment header in fragments. */
  readonly payloadAt: number;
  /** For ICMP both hold type and code; undefined without ports or where they cannot be seen. */
  readonly srcPort: number | undefined;
  readonly dstPort: number | undefined;
  readonly fragment: boolean;
}

/** Throws `DecodeError` when this is no whole IP packet. Bytes behind its end are allowed: traffic flow confidentiality pads there. */
export function readInnerFields(packet: Uint8Array): InnerFields {
  const reader = new ByteReader(packet);
  const first = reader.u8('IP version');
  if (first >> 4 === 4) return readIpv4(reader, packet.length, (first & 15) * 4);
  if (first >> 4 === 6) return readIpv6(reader, packet.length);
  throw new DecodeError('IP version', 0, 1, packet.length, `${first >> 4} is neither 4 nor 6`);
}

function readIpv4(reader: ByteReader, have: number, headerLength: number): InnerFields {
  reader.skip(1, 'IPv4 type of service');
  const length = reader.u16('IPv4 total length');
  if (headerLength < IPV4_HEADER_LENGTH || length < headerLength || length > have) {
    throw new DecodeError('IPv4 total length', 2, length, have, `${length} with a header of ${headerLength} and ${have} bytes there`);
  }
  reader.skip(2, 'IPv4 identification');
  const fragment = reader.u16('IPv4 flags and fragment offset') & 0x3fff;
  reader.skip(1, 'IPv4 time to live');
  const protocol = reader.u8('IPv4 protocol');
  reader.skip(headerLength - 10, 'IPv4 header');
  const ports = (fragment & 0x1fff) === 0 ? readPorts(reader, protocol, length - headerLength) : NO_PORTS;
  return {
    version: 4,
    length,
    srcAt: 12,
    addressLength: 4,
    protocol,
    payloadAt: headerLength,
    srcPort: ports === NO_PORTS ? undefined : ports >>> 16,
    dstPort: ports === NO_PORTS ? undefined : ports & 0xffff,
    fragment: fragment !== 0,
  };
}

function readIpv6(reader: ByteReader, have: number): InnerFields {
  reader.skip(3, 'IPv6 traffic class and flow label');
  const length = reader.u16('IPv6 payload length') + IPV6_HEADER_LENGTH;
  if (length > have) throw new DecodeError('IPv6 payload length', 4, length, have);
  let protocol = reader.u8('IPv6 next header');
  reader.skip(33, 'IPv6 header');
  const body = reader.sub(length - IPV6_HEADER_LENGTH, 'IPv6 payload');
  let fragment = false;
  let later = false;
  while (!later) {
    if (protocol === PROTOCOL_FRAGMENT) {
      const header = decodeFragmentHeader(body);
      protocol = header.nextHeader;
      fragment = true;
      later = header.offset > 0;
    } else if (isExtensionHeader(protocol)) protocol = decodeExtensionHeader(protocol, body).nextHeader;
    else break;
  }
  const payloadAt = body.offset;
  const ports = later ? NO_PORTS : readPorts(body, protocol, body.remaining);
  return {
    version: 6,
    length,
    srcAt: 8,
    addressLength: 16,
    protocol,
    payloadAt,
    srcPort: ports === NO_PORTS ? undefined : ports >>> 16,
    dstPort: ports === NO_PORTS ? undefined : ports & 0xffff,
    fragment,
  };
}

/** No pair of ports is negative. */
const NO_PORTS = -1;

/** Both in one number, source above. For ICMP type and code stand in both places (RFC 7296 §3.13.1). */
function readPorts(reader: ByteReader, protocol: number, length: number): number {
  switch (protocol) {
    case PROTOCOL_TCP:
    case PROTOCOL_UDP:
    case PROTOCOL_SCTP:
    case PROTOCOL_UDPLITE:
      return length < 4 ? NO_PORTS : reader.u32('ports');
    case PROTOCOL_ICMP:
    case PROTOCOL_ICMPV6: {
      if (length < 2) return NO_PORTS;
      const typeAndCode = reader.u16('type and code');
      return typeAndCode * 0x10000 + typeAndCode;
    }
    default:
      return NO_PORTS;
  }
}

/** `10.0.0.1 > 10.0.0.2 ICMP, 84 bytes`, with ports where there are any. */
export function describeInner(packet: Uint8Array, fields: InnerFields): string {
  const { srcAt, addressLength, protocol } = fields;
  const address = (at: number) => addressText(packet.subarray(at, at + addressLength));
  const port = (number: number | undefined) =>
    number === undefined || protocol === PROTOCOL_ICMP || protocol === PROTOCOL_ICMPV6 ? '' : ` port ${number}`;
  const src = `${address(srcAt)}${port(fields.srcPort)}`;
  const dst = `${address(srcAt + addressLength)}${port(fields.dstPort)}`;
  return `${src} > ${dst} ${nameOf(ipProtocols, protocol)}, ${fields.length} bytes`;
}
