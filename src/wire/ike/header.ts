import type { ByteReader } from '../../bytes/reader.js';
import type { ByteWriter } from '../../bytes/writer.js';

/** Length of the fixed header of both versions, in bytes. */
export const HEADER_LENGTH = 28;

/** Flag bits of IKEv1 (RFC 2408 §3.1). */
export const FLAG_V1_ENCRYPTION = 0x01;
export const FLAG_V1_COMMIT = 0x02;
export const FLAG_V1_AUTH_ONLY = 0x04;
/** Flag bits of IKEv2 (RFC 7296 §3.1). */
export const FLAG_V2_INITIATOR = 0x08;
export const FLAG_V2_VERSION = 0x10;
export const FLAG_V2_RESPONSE = 0x20;

/** The IKE header, RFC 7296 §3.1, and the ISAKMP header, RFC 2408 §3.1: the same 28 bytes. */
export interface IkeHeader {
  /** 8 bytes: the initiator's SPI, in IKEv1 its cookie. */
  readonly spiI: Uint8Array;
  /** 8 bytes: the responder's; zeroes while the initiator does not know it. */
  readonly spiR: Uint8Array;
  /** Type of the first payload. */
  readonly nextPayload: number;
  readonly major: number;
  readonly minor: number;
  readonly exchangeType: number;
  /** All eight bits as they came. */
  readonly flags: number;
  readonly messageId: number;
  /** Bytes of the whole message, the header included, as it claims. */
  readonly length: number;
}

/** Reads the 28 bytes. Judges nothing: any version and any length pass. Throws `DecodeError` when cut. */
export function decodeHeader(r: ByteReader): IkeHeader {
  const spiI = r.bytes(8, 'initiator SPI');
  const spiR = r.bytes(8, 'responder SPI');
  const nextPayload = r.u8('next payload');
  const version = r.u8('version');
  const exchangeType = r.u8('exchange type');
  const flags = r.u8('flags');
  const messageId = r.u32('message ID');
  const length = r.u32('length');
  return { spiI, spiR, nextPayload, major: version >> 4, minor: version & 0x0f, exchangeType, flags, messageId, length };
}

/** Writes the 28 bytes with the length given. */
export function encodeHeader(header: IkeHeader, w: ByteWriter): void {
  w.bytes(header.spiI).bytes(header.spiR).u8(header.nextPayload);
  w.u8((header.major << 4) | header.minor)
    .u8(header.exchangeType)
    .u8(header.flags)
    .u32(header.messageId)
    .u32(header.length);
}

/** The R flag of IKEv2; IKEv1 has none and always says false. */
export function isResponse(header: IkeHeader): boolean {
  return header.major === 2 && (header.flags & FLAG_V2_RESPONSE) !== 0;
}

/** Sent by the original initiator of the IKE SA: the I flag of IKEv2, unknown (false) in IKEv1. */
export function isFromInitiator(header: IkeHeader): boolean {
  return header.major === 2 && (header.flags & FLAG_V2_INITIATOR) !== 0;
}

/** IKEv1: the payloads after the header are encrypted (RFC 2408 §3.1). IKEv2 says so by its SK payload instead. */
export function isEncryptedV1(header: IkeHeader): boolean {
  return header.major === 1 && (header.flags & FLAG_V1_ENCRYPTION) !== 0;
}
