import { cipherByIkev1 } from '../../crypto/ciphers.js';
import { mostInside, sealOverhead } from '../../dissect/ike/sealed-size.js';
import type { IkeMessageFacts, IkeSession } from '../../model/ike-session.js';
import { HEADER_LENGTH } from '../../wire/ike/header.js';

/** Bytes of payloads inside an encrypted payload: the padding leaves a range. */
export interface SealedSize {
  readonly min: number;
  readonly max: number;
}

/**
 * How much an encrypted message carries inside, from its length and the transforms chosen in the clear: an encrypted notify
 * keeps its type hidden but not its size (RFC 7296 §3.14; IKEv1 pads to the block, RFC 2409 appendix B). Undefined when the
 * transforms are not known or the message came in fragments, whose sum says less.
 */
export function sealedSize(session: IkeSession, message: IkeMessageFacts): SealedSize | undefined {
  if (!message.encrypted || message.fragment !== undefined || session.chosen === undefined) return undefined;
  if (session.protocol === 'ikev1') {
    const cipher = session.chosen.transforms.find(({ type }) => type === 'ENCR');
    const block = cipher === undefined ? undefined : cipherByIkev1(cipher.id)?.blockSize;
    return block === undefined ? undefined : range(message.length - HEADER_LENGTH, block);
  }
  const overhead = sealOverhead(session.chosen);
  return overhead === undefined ? undefined : range(mostInside(overhead, message.length), overhead.block);
}

function range(max: number, block: number): SealedSize {
  return { min: Math.max(max - block + 1, 0), max: Math.max(max, 0) };
}

/** `8 to 15 bytes of payloads`. */
export function sizeText({ min, max }: SealedSize): string {
  return min === max ? `${max} bytes of payloads` : `${min} to ${max} bytes of payloads`;
}
