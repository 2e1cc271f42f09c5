import { ByteReader } from '../../bytes/reader.js';
import {
  decodeHeader,
  FLAG_V2_INITIATOR,
  FLAG_V2_RESPONSE,
  FLAG_V2_VERSION,
  HEADER_LENGTH,
  type IkeHeader,
} from '../../wire/ike/header.js';

/** Where the version stands in the header (RFC 7296 §3.1): one look tells most other traffic apart. */
const VERSION_OFFSET = 17;
const LENGTH_OFFSET = 24;
const VERSION_1 = 0x10;
const VERSION_2 = 0x20;
/** Of the eight flag bits each version defines three; IKEv1's in the low end (RFC 2408 §3.1). */
const FLAGS_V1 = 0x07;
const FLAGS_V2 = FLAG_V2_INITIATOR | FLAG_V2_VERSION | FLAG_V2_RESPONSE;

/** Whether bytes have a version of IKE where it belongs and the datagram's own length behind it: enough on IKE's own port. */
export function claimsIke(bytes: Uint8Array, length: number): boolean {
  const version = bytes[VERSION_OFFSET];
  if ((version !== VERSION_1 && version !== VERSION_2) || bytes.length < HEADER_LENGTH) return false;
  const reader = new ByteReader(bytes);
  reader.skip(LENGTH_OFFSET, 'header');
  return reader.u32('length') === length;
}

/**
 * Whether bytes on any port are an IKE message: initiator SPI, version, exchange, flags and first payload as they must be,
 * and a length that is the datagram's own. Chance gets there once in 2^60; a message on its own port needs no such proof.
 * @param length of the datagram on the wire, which in a cut packet is more than `bytes` holds
 */
export function looksLikeIke(bytes: Uint8Array, length: number): boolean {
  if (!claimsIke(bytes, length)) return false;
  const header = decodeHeader(new ByteReader(bytes));
  if (header.spiI.every((byte) => byte === 0)) return false;
  return header.major === 1 ? isPlausibleV1(header) : isPlausibleV2(header);
}

function isPlausibleV1(header: IkeHeader): boolean {
  const exchange = header.exchangeType;
  // RFC 2408 §3.1 with IANA ipsec-registry: base to informational, transaction, quick mode, new group mode.
  const knownExchange = (exchange >= 1 && exchange <= 6) || exchange === 32 || exchange === 33;
  // SA to NAT-OA, and what drafts and vendors had (GAP, NAT-D and NAT-OA of drafts, Cisco's fragments).
  const knownPayload = (header.nextPayload >= 1 && header.nextPayload <= 23) || (header.nextPayload >= 130 && header.nextPayload <= 132);
  return knownExchange && knownPayload && (header.flags & ~FLAGS_V1) === 0;
}

function isPlausibleV2(header: IkeHeader): boolean {
  const exchange = header.exchangeType;
  // IANA ikev2-parameters: IKE_SA_INIT to IKE_FOLLOWUP_KE.
  const knownExchange = exchange >= 34 && exchange <= 44;
  // 0: nothing behind the header. Otherwise SA to the last payload assigned.
  const knownPayload = header.nextPayload === 0 || (header.nextPayload >= 33 && header.nextPayload <= 55);
  return knownExchange && knownPayload && (header.flags & ~FLAGS_V2) === 0;
}
