import { ByteReader } from '../../bytes/reader.js';
import { ByteWriter } from '../../bytes/writer.js';
import type { Malformed } from '../../model/packet.js';
import { decodeChain, encodeChain, type IkeVersion, type OutgoingPayload, type PayloadNode } from './chain.js';
import { decodeHeader, encodeHeader, HEADER_LENGTH, type IkeHeader, isEncryptedV1 } from './header.js';
import { V1 } from './tables/payload-types.js';

/**
 * How the length in the header compares with the datagram.
 * `exact`; `cut`: the capture kept less than was sent; `lie-long`: it claims more than was sent;
 * `lie-short`: bytes follow the message; `too-small`: less than the header itself.
 */
export type LengthVerdict = 'exact' | 'cut' | 'lie-long' | 'lie-short' | 'too-small';

export interface IkeMessage {
  readonly header: IkeHeader;
  /** 1 or 2; 0 when the major version is neither: then only the header is read. */
  readonly version: IkeVersion | 0;
  readonly payloads: readonly PayloadNode[];
  /** IKEv1 with the encryption flag: everything behind the header, still encrypted. `header.nextPayload` tells what comes first inside. */
  readonly encrypted?: Uint8Array;
  /** Bytes of the message behind its last payload. IKEv1 fills up to four bytes; `checkGrammar` remarks on more. */
  readonly trailing: Uint8Array;
  readonly lengthVerdict: LengthVerdict;
  /** The first fault. */
  readonly malformed?: Malformed;
}

export interface DecodeOptions {
  /** Bytes of the datagram as sent, when the capture kept fewer (snaplen). Default: all of `bytes`. */
  readonly sentLength?: number;
}

const NOTHING = new Uint8Array(0);

/**
 * Decodes an IKE message of either version from the first SPI on (the non-ESP marker is gone).
 * Keeps what can be decoded and says where it stopped; throws `DecodeError` only when not even the header is there.
 */
export function decodeMessage(bytes: Uint8Array, options: DecodeOptions = {}): IkeMessage {
  const header = decodeHeader(new ByteReader(bytes));
  const sent = Math.max(options.sentLength ?? bytes.length, bytes.length);
  const lengthVerdict = judgeLength(header.length, bytes.length, sent);
  const version = header.major === 1 || header.major === 2 ? header.major : 0;
  if (version === 0) {
    const malformed = fault('major version', 17, `${header.major} is neither 1 nor 2`);
    return { header, version, payloads: [], trailing: NOTHING, lengthVerdict, malformed };
  }
  const end = lengthVerdict === 'lie-short' ? header.length : bytes.length;
  const rest = bytes.subarray(HEADER_LENGTH, end);
  const lengthFault = faultOfLength(lengthVerdict, header.length, bytes.length, sent);
  // Fragments (Cisco, Microsoft) travel in clear whatever the flag says: the whole message was encrypted, then cut.
  if (isEncryptedV1(header) && header.nextPayload !== V1.FRAG) {
    const message: IkeMessage = { header, version, payloads: [], encrypted: rest, trailing: NOTHING, lengthVerdict };
    return lengthFault === undefined ? message : { ...message, malformed: lengthFault };
  }
  const chain = decodeChain(rest, header.nextPayload, version, HEADER_LENGTH);
  const malformed = lengthFault ?? chain.malformed;
  const message: IkeMessage = { header, version, payloads: chain.payloads, trailing: chain.trailing, lengthVerdict };
  return malformed === undefined ? message : { ...message, malformed };
}

function judgeLength(claimed: number, have: number, sent: number): LengthVerdict {
  if (claimed < HEADER_LENGTH) return 'too-small';
  if (claimed < sent) return claimed < have ? 'lie-short' : claimed === have ? 'exact' : 'cut';
  if (claimed > sent) return 'lie-long';
  return have < sent ? 'cut' : 'exact';
}

function faultOfLength(verdict: LengthVerdict, claimed: number, have: number, sent: number): Malformed | undefined {
  switch (verdict) {
    case 'exact':
      return undefined;
    case 'cut':
      return fault('length', 24, `message of ${claimed} bytes, the capture kept ${have}`);
    case 'lie-long':
      return fault('length', 24, `says ${claimed} bytes, the datagram has ${sent}`);
    case 'lie-short':
      return fault('length', 24, `says ${claimed} bytes, the datagram has ${sent}`);
    case 'too-small':
      return fault('length', 24, `${claimed} is less than the header of ${HEADER_LENGTH}`);
  }
}

function fault(field: string, offset: number, reason: string): Malformed {
  return { field, offset, message: `${field} at offset ${offset}: ${reason}` };
}

/** The header fields a sender chooses; the first payload's type and the length follow from the payloads. */
export type OutgoingHeader = Omit<IkeHeader, 'nextPayload' | 'length'>;

/** Encodes a message in clear. */
export function encodeMessage(header: OutgoingHeader, payloads: readonly OutgoingPayload[]): Uint8Array {
  const version: IkeVersion = header.major === 1 ? 1 : 2;
  const w = new ByteWriter(512);
  encodeHeader({ ...header, nextPayload: payloads[0]?.type ?? V1.NONE, length: 0 }, w);
  encodeChain(payloads, version, w);
  return w.patchU32(24, w.length).finish();
}

/** Encodes an IKEv1 message whose payloads are encrypted already (RFC 2409 §5, RFC 2408 §3.1). */
export function encodeEncryptedV1(header: OutgoingHeader, firstPayload: number, ciphertext: Uint8Array): Uint8Array {
  const w = new ByteWriter(HEADER_LENGTH + ciphertext.length);
  encodeHeader({ ...header, nextPayload: firstPayload, length: HEADER_LENGTH + ciphertext.length }, w);
  return w.bytes(ciphertext).finish();
}
