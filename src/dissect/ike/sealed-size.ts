import { cipherByIkev2 } from '../../crypto/ciphers.js';
import { integrityByIkev2 } from '../../crypto/integrity.js';
import { prfByIkev2 } from '../../crypto/prf.js';
import type { ProposalFacts } from '../../model/ike-session.js';
import { PAYLOAD_HEADER_LENGTH } from '../../wire/ike/chain.js';
import { HEADER_LENGTH } from '../../wire/ike/header.js';

/** A notify or delete with neither SPI nor data, an EAP packet without data: generic header and four bytes. */
export const SMALLEST_PAYLOAD = 8;

/** What the suite of an IKEv2 SA adds to the payloads it seals, in bytes. */
export interface SealOverhead {
  readonly iv: number;
  readonly block: number;
  readonly icv: number;
  /** Bytes that the PRF gives: the length of AUTH data with a shared key. */
  readonly prf: number;
}

/** The lengths of a chosen IKE proposal; undefined when one of its algorithms is not known here. */
export function sealOverhead(chosen: ProposalFacts): SealOverhead | undefined {
  const idOf = (type: string) => chosen.transforms.find((transform) => transform.type === type)?.id;
  const encr = idOf('ENCR');
  const cipher = encr === undefined ? undefined : cipherByIkev2(encr);
  const prf = prfByIkev2(idOf('PRF') ?? 0);
  if (cipher === undefined || prf === undefined) return undefined;
  const common = { iv: cipher.implicitIv ? 0 : cipher.ivLength, block: cipher.blockSize, prf: prf.length };
  if (cipher.icvLength > 0) return { ...common, icv: cipher.icvLength };
  const integrity = integrityByIkev2(idOf('INTEG') ?? 0);
  return integrity === undefined ? undefined : { ...common, icv: integrity.icvLength };
}

/**
 * Bytes of an IKEv2 message with `inside` bytes of payloads in its SK payload and as little padding as the cipher
 * needs (RFC 7296 §3.14): header, SK's own header, IV, payloads, padding and its length byte, ICV.
 */
export function sealedLength(overhead: SealOverhead, inside: number): number {
  const padded = Math.ceil((inside + 1) / overhead.block) * overhead.block;
  return HEADER_LENGTH + PAYLOAD_HEADER_LENGTH + overhead.iv + padded + overhead.icv;
}

/** The most bytes of payloads that a message of this length can hold; negative when it cannot be sealed with this suite. */
export function mostInside(overhead: SealOverhead, length: number): number {
  return length - HEADER_LENGTH - PAYLOAD_HEADER_LENGTH - overhead.iv - overhead.icv - 1;
}

/** SA with one proposal, an ESP SPI and the two smallest transforms; TSi and TSr with one IPv4 range each (RFC 7296 §3.3, §3.13). */
const SMALLEST_CHILD = PAYLOAD_HEADER_LENGTH + 8 + 4 + 8 + 8 + 2 * (PAYLOAD_HEADER_LENGTH + 4 + 16);

/**
 * The fewest bytes of payloads in the IKE_AUTH reply that ends authentication and sets up a CHILD_SA: IDr in the first
 * round, AUTH as short as a shared key makes it, SA, TSi, TSr (RFC 7296 §1.2, §2.16).
 */
export function leastWithChild(overhead: SealOverhead, firstRound: boolean): number {
  const identity = firstRound ? SMALLEST_PAYLOAD : 0;
  return identity + SMALLEST_PAYLOAD + overhead.prf + SMALLEST_CHILD;
}
