import type { ByteReader } from '../bytes/reader.js';
import type { ByteWriter } from '../bytes/writer.js';

/** IKE, and ESP of NAT-T drafts before 02. */
export const IKE_PORT = 500;
/** IKE and ESP behind NAT (RFC 3947 §4, RFC 7296 §2.23). */
export const NATT_PORT = 4500;

/** The one byte of a NAT keepalive (RFC 3948 §2.3). */
const KEEPALIVE = 0xff;
/** RFC 3948 §2.2: four zeroes where ESP has its SPI. */
const NON_ESP_MARKER_LENGTH = 4;
/** draft-ietf-ipsec-udp-encaps-00: eight zeroes where IKE has the initiator's cookie. */
const NON_IKE_MARKER_LENGTH = 8;
const SPI_LENGTH = 4;

/** What a datagram between NAT-T ports is, told by its first bytes alone. */
export type UdpEncapKind = 'keepalive' | 'ike' | 'esp';

/**
 * Steps over the marker and says what follows, on port 4500 and ports that took its place. RFC 3948 §2.
 * Throws `DecodeError` when there is nothing to tell by.
 */
export function decodeUdpEncap(reader: ByteReader): UdpEncapKind {
  if (isKeepalive(reader)) return 'keepalive';
  if (reader.fork().u32('SPI or non-ESP marker') !== 0) return 'esp';
  reader.skip(NON_ESP_MARKER_LENGTH, 'non-ESP marker');
  return 'ike';
}

/** Steps over a keepalive when that is all there is. */
function isKeepalive(reader: ByteReader): boolean {
  if (reader.remaining !== 1 || reader.fork().u8('NAT keepalive') !== KEEPALIVE) return false;
  reader.skip(1, 'NAT keepalive');
  return true;
}

export function encodeUdpEncap(kind: UdpEncapKind, writer: ByteWriter): void {
  if (kind === 'keepalive') writer.u8(KEEPALIVE);
  else if (kind === 'ike') writer.zeros(NON_ESP_MARKER_LENGTH);
}

/**
 * The same on port 500, where IKE has no marker and NAT-T of the first drafts put ESP behind eight zeroes:
 * draft-ietf-ipsec-nat-t-ike-00 and -01 with draft-ietf-ipsec-udp-encaps-00 and -01.
 */
export function decodeUdpEncapDraft(reader: ByteReader): UdpEncapKind {
  if (isKeepalive(reader)) return 'keepalive';
  const start = reader.fork();
  if (start.u32('initiator SPI or non-IKE marker') !== 0 || start.u32('initiator SPI or non-IKE marker') !== 0) return 'ike';
  // No SA has SPI 0, so zeroes behind the zeroes are IKE without an initiator SPI: a fault that IKE's decoder tells.
  if (start.remaining < SPI_LENGTH || start.u32('ESP SPI') === 0) return 'ike';
  reader.skip(NON_IKE_MARKER_LENGTH, 'non-IKE marker');
  return 'esp';
}

export function encodeUdpEncapDraft(kind: UdpEncapKind, writer: ByteWriter): void {
  if (kind === 'keepalive') writer.u8(KEEPALIVE);
  else if (kind === 'esp') writer.zeros(NON_IKE_MARKER_LENGTH);
}
