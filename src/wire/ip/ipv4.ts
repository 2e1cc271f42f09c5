import type { ByteReader } from '../../bytes/reader.js';
import type { ByteWriter } from '../../bytes/writer.js';
import { readIpv4Address, writeIpv4Address } from './address.js';
import { internetChecksum } from './checksum.js';

/** Bytes of a header without options. */
export const IPV4_HEADER_LENGTH = 20;

export interface Ipv4Header {
  readonly kind: 'ipv4';
  /** DSCP and ECN. */
  readonly tos: number;
  /** Header and payload, bytes; 0 from interfaces that segment in hardware. */
  readonly totalLength: number;
  readonly identification: number;
  readonly dontFragment: boolean;
  readonly moreFragments: boolean;
  /** Of this fragment's payload within the datagram's, in bytes. */
  readonly fragmentOffset: number;
  readonly ttl: number;
  readonly protocol: number;
  readonly checksum: number;
  readonly src: string;
  readonly dst: string;
  /** As they stand, padding included. */
  readonly options: Uint8Array;
}

const NO_OPTIONS = new Uint8Array(0);

/** Leaves the reader behind the options. RFC 791 §3.1. Throws `DecodeError` on another version or an impossible header length. */
export function decodeIpv4(reader: ByteReader): Ipv4Header {
  const first = reader.u8('IPv4 version and header length');
  if (first >> 4 !== 4) throw reader.fail('IPv4 version', `is ${first >> 4}, not 4`);
  const headerLength = (first & 0x0f) * 4;
  if (headerLength < IPV4_HEADER_LENGTH) throw reader.fail('IPv4 header length', `${headerLength} bytes, at least 20 needed`);
  const tos = reader.u8('IPv4 type of service');
  const totalLength = reader.u16('IPv4 total length');
  const identification = reader.u16('IPv4 identification');
  const fragment = reader.u16('IPv4 flags and fragment offset');
  const ttl = reader.u8('IPv4 time to live');
  const protocol = reader.u8('IPv4 protocol');
  const checksum = reader.u16('IPv4 header checksum');
  const src = readIpv4Address(reader, 'IPv4 source');
  const dst = readIpv4Address(reader, 'IPv4 destination');
  const optionsLength = headerLength - IPV4_HEADER_LENGTH;
  return {
    kind: 'ipv4',
    tos,
    totalLength,
    identification,
    dontFragment: (fragment & 0x4000) !== 0,
    moreFragments: (fragment & 0x2000) !== 0,
    fragmentOffset: (fragment & 0x1fff) * 8,
    ttl,
    protocol,
    checksum,
    src,
    dst,
    options: optionsLength === 0 ? NO_OPTIONS : reader.bytes(optionsLength, 'IPv4 options'),
  };
}

/** Writes the header as it is, checksum included: `internetChecksum` over the result with checksum 0 gives it. */
export function encodeIpv4(header: Ipv4Header, writer: ByteWriter): void {
  writer.u8(0x40 | ((IPV4_HEADER_LENGTH + header.options.length) / 4)).u8(header.tos);
  writer.u16(header.totalLength).u16(header.identification);
  writer.u16((header.dontFragment ? 0x4000 : 0) | (header.moreFragments ? 0x2000 : 0) | (header.fragmentOffset / 8));
  writer.u8(header.ttl).u8(header.protocol).u16(header.checksum);
  writeIpv4Address(writer, header.src);
  writeIpv4Address(writer, header.dst);
  writer.bytes(header.options);
}

/** Whether the bytes of a header, options included, carry their right checksum. Offloading senders' captures often do not. */
export function ipv4ChecksumHolds(header: Uint8Array): boolean {
  return internetChecksum(header) === 0;
}
