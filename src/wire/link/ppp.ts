import type { ByteReader } from '../../bytes/reader.js';
import type { Registry } from '../../bytes/registry.js';
import type { ByteWriter } from '../../bytes/writer.js';
import { ETHERTYPE_IPV4, ETHERTYPE_IPV6 } from './ethertypes.js';

const PPP_IPV4 = 0x0021;
const PPP_IPV6 = 0x0057;
/** All stations, unnumbered information: the HDLC framing in front (RFC 1662 §3.1). */
const HDLC_FRAMING = 0xff03;

/** IANA ppp-numbers, taken 2026-01: what VPN access lines carry. */
export const pppProtocols: Registry = {
  [PPP_IPV4]: 'IPv4',
  45: 'Van Jacobson Compressed TCP/IP',
  61: 'Multi-Link',
  [PPP_IPV6]: 'IPv6',
  253: 'Compressed Datagram (MPPC/MPPE)',
  32801: 'IPCP',
  32855: 'IPV6CP',
  33021: 'CCP',
  49185: 'LCP',
  49187: 'PAP',
  49189: 'LQR',
  49699: 'CHAP',
};

/** PPP, with or without HDLC framing and with the protocol field compressed or not. */
export interface PppHeader {
  readonly kind: 'ppp';
  readonly framed: boolean;
  /** The protocol came in one byte (RFC 1661 §6.5). */
  readonly compressed: boolean;
  readonly protocol: number;
  /** 0 for protocols other than IP. */
  readonly etherType: number;
}

/** Leaves the reader behind the header. RFC 1661 §2, RFC 1662 §3.1. */
export function decodePpp(reader: ByteReader): PppHeader {
  const framed = reader.remaining >= 2 && reader.fork().u16('PPP framing') === HDLC_FRAMING;
  if (framed) reader.skip(2, 'PPP framing');
  const first = reader.u8('PPP protocol');
  // The low bit of the last byte of a protocol number is set, that of a first byte of two never.
  const compressed = (first & 1) === 1;
  const protocol = compressed ? first : (first << 8) | reader.u8('PPP protocol, second byte');
  return {
    kind: 'ppp',
    framed,
    compressed,
    protocol,
    etherType: protocol === PPP_IPV4 ? ETHERTYPE_IPV4 : protocol === PPP_IPV6 ? ETHERTYPE_IPV6 : 0,
  };
}

export function encodePpp(header: PppHeader, writer: ByteWriter): void {
  if (header.framed) writer.u16(HDLC_FRAMING);
  if (header.compressed) writer.u8(header.protocol);
  else writer.u16(header.protocol);
}
