import { DecodeError } from '../../bytes/errors.js';
import { ByteReader } from '../../bytes/reader.js';
import { decodeExtensionHeader, decodeFragmentHeader, isExtensionHeader } from '../../wire/ip/extension-headers.js';
import { decodeIpv4 } from '../../wire/ip/ipv4.js';
import { decodeIpv6 } from '../../wire/ip/ipv6.js';
import { PROTOCOL_FRAGMENT } from '../../wire/ip/protocols.js';

/** An IP packet taken apart as far as test traffic needs it. */
export interface InnerPacket {
  readonly version: 4 | 6;
  readonly src: string;
  readonly dst: string;
  readonly ttl: number;
  /** IP protocol behind extension headers. */
  readonly protocol: number;
  /** What `protocol` describes; of a fragment its part. */
  readonly payload: Uint8Array;
  readonly fragment?: { readonly identification: number; readonly offset: number; readonly more: boolean };
}

/** Undefined when this is no whole IP packet. */
export function readInnerPacket(bytes: Uint8Array): InnerPacket | undefined {
  try {
    const reader = new ByteReader(bytes);
    return reader.fork().u8('IP version') >> 4 === 6 ? readIpv6(reader) : readIpv4(reader);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return undefined;
  }
}

function readIpv4(reader: ByteReader): InnerPacket {
  const { src, dst, ttl, protocol, totalLength, options, moreFragments, fragmentOffset, identification } = decodeIpv4(reader);
  const payload = reader.bytes(totalLength - 20 - options.length, 'IPv4 payload');
  const whole = { version: 4, src, dst, ttl, protocol, payload } as const;
  return moreFragments || fragmentOffset > 0
    ? { ...whole, fragment: { identification, offset: fragmentOffset, more: moreFragments } }
    : whole;
}

function readIpv6(reader: ByteReader): InnerPacket {
  const { src, dst, hopLimit, nextHeader, payloadLength } = decodeIpv6(reader);
  const body = reader.sub(payloadLength, 'IPv6 payload');
  let protocol = nextHeader;
  let fragment: InnerPacket['fragment'];
  while (fragment === undefined || fragment.offset === 0) {
    if (protocol === PROTOCOL_FRAGMENT) {
      const header = decodeFragmentHeader(body);
      protocol = header.nextHeader;
      fragment = { identification: header.identification, offset: header.offset, more: header.moreFragments };
      break;
    }
    if (!isExtensionHeader(protocol)) break;
    protocol = decodeExtensionHeader(protocol, body).nextHeader;
  }
  const whole = { version: 6, src, dst, ttl: hopLimit, protocol, payload: body.rest() } as const;
  return fragment === undefined ? whole : { ...whole, fragment };
}
