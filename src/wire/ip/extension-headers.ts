import type { ByteReader } from '../../bytes/reader.js';
import type { ByteWriter } from '../../bytes/writer.js';
import {
  PROTOCOL_DESTINATION_OPTIONS,
  PROTOCOL_HIP,
  PROTOCOL_HOP_BY_HOP,
  PROTOCOL_MOBILITY,
  PROTOCOL_ROUTING,
  PROTOCOL_SHIM6,
} from './protocols.js';

/** An IPv6 extension header whose length is told in units of 8 bytes: all but Fragment, AH and ESP. */
export interface ExtensionHeader {
  readonly kind: 'ipv6-extension';
  /** Protocol number of this header: 0 hop-by-hop, 43 routing, 60 destination options, 135 mobility, … */
  readonly protocol: number;
  readonly nextHeader: number;
  /** Everything behind next header and length. */
  readonly data: Uint8Array;
}

/** IPv6 fragment header. */
export interface FragmentHeader {
  readonly nextHeader: number;
  /** Of this fragment's payload within the datagram's fragmentable part, in bytes. */
  readonly offset: number;
  readonly moreFragments: boolean;
  readonly identification: number;
}

/** Whether `decodeExtensionHeader` reads headers of this protocol number. */
export function isExtensionHeader(protocol: number): boolean {
  switch (protocol) {
    case PROTOCOL_HOP_BY_HOP:
    case PROTOCOL_ROUTING:
    case PROTOCOL_DESTINATION_OPTIONS:
    case PROTOCOL_MOBILITY:
    case PROTOCOL_HIP:
    case PROTOCOL_SHIM6:
      return true;
    default:
      return false;
  }
}

/** Leaves the reader behind the header. RFC 8200 §4, RFC 6275 §6.1, RFC 6564. */
export function decodeExtensionHeader(protocol: number, reader: ByteReader): ExtensionHeader {
  const nextHeader = reader.u8('IPv6 extension next header');
  const length = reader.u8('IPv6 extension header length') * 8 + 6;
  return { kind: 'ipv6-extension', protocol, nextHeader, data: reader.bytes(length, 'IPv6 extension header') };
}

export function encodeExtensionHeader(header: ExtensionHeader, writer: ByteWriter): void {
  writer
    .u8(header.nextHeader)
    .u8((header.data.length - 6) / 8)
    .bytes(header.data);
}

/** Leaves the reader behind the header. RFC 8200 §4.5. */
export function decodeFragmentHeader(reader: ByteReader): FragmentHeader {
  const nextHeader = reader.u8('IPv6 fragment next header');
  reader.skip(1, 'IPv6 fragment reserved');
  const offset = reader.u16('IPv6 fragment offset');
  return {
    nextHeader,
    offset: offset & 0xfff8,
    moreFragments: (offset & 1) !== 0,
    identification: reader.u32('IPv6 fragment identification'),
  };
}

export function encodeFragmentHeader(header: FragmentHeader, writer: ByteWriter): void {
  writer
    .u8(header.nextHeader)
    .u8(0)
    .u16(header.offset | (header.moreFragments ? 1 : 0))
    .u32(header.identification);
}
