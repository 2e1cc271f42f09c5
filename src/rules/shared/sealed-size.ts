import type { IkeMessageFacts, IkeSession } from '../../model/ike-session.js';

/** Bytes of payloads inside an encrypted payload: the padding leaves a range. */
export interface SealedSize {
  readonly min: number;
  readonly max: number;
}

/** IV, block and (combined modes) ICV by IKEv2 transform type 1; the rest have a separate integrity algorithm. */
const CIPHER_SIZES: Readonly<Record<number, { readonly iv: number; readonly block: number; readonly icv?: number }>> = {
  2: { iv: 8, block: 8 },
  3: { iv: 8, block: 8 },
  6: { iv: 8, block: 8 },
  7: { iv: 8, block: 8 },
  12: { iv: 16, block: 16 },
  13: { iv: 8, block: 1 },
  14: { iv: 8, block: 1, icv: 8 },
  15: { iv: 8, block: 1, icv: 12 },
  16: { iv: 8, block: 1, icv: 16 },
  18: { iv: 8, block: 1, icv: 8 },
  19: { iv: 8, block: 1, icv: 12 },
  20: { iv: 8, block: 1, icv: 16 },
  23: { iv: 16, block: 16 },
  28: { iv: 8, block: 1, icv: 16 },
};

/** ICV bytes by IKEv2 transform type 3. */
const INTEGRITY_SIZES: Readonly<Record<number, number>> = { 1: 12, 2: 12, 5: 12, 6: 16, 7: 20, 8: 12, 12: 16, 13: 24, 14: 32 };

/** Block size by IKEv1's attribute "Encryption Algorithm". */
const V1_BLOCKS: Readonly<Record<number, number>> = { 1: 8, 2: 8, 3: 8, 4: 8, 5: 8, 6: 8, 7: 16, 8: 16 };

const IKE_HEADER = 28;
const PAYLOAD_HEADER = 4;

/**
 * How much an encrypted message carries inside, from its length and the transforms chosen in the clear: an encrypted notify
 * keeps its type hidden but not its size (RFC 7296 §3.14; IKEv1 pads to the block, RFC 2409 §5). Undefined when the transforms are not known
 * or the message came in fragments, whose sum says less.
 */
export function sealedSize(session: IkeSession, message: IkeMessageFacts): SealedSize | undefined {
  if (!message.encrypted || message.fragment !== undefined) return undefined;
  const cipher = session.chosen?.transforms.find(({ type }) => type === 'ENCR');
  if (cipher === undefined) return undefined;
  if (session.protocol === 'ikev1') {
    const block = V1_BLOCKS[cipher.id];
    return block === undefined ? undefined : range(message.length - IKE_HEADER, block, 0);
  }
  const sizes = CIPHER_SIZES[cipher.id];
  const integrity = session.chosen?.transforms.find(({ type }) => type === 'INTEG');
  const icv = sizes?.icv ?? (integrity === undefined ? undefined : INTEGRITY_SIZES[integrity.id]);
  if (sizes === undefined || icv === undefined) return undefined;
  return range(message.length - IKE_HEADER - PAYLOAD_HEADER - sizes.iv - icv, sizes.block, 1);
}

/** `trailer`: bytes that always follow the payloads, the pad length field of IKEv2. */
function range(padded: number, block: number, trailer: number): SealedSize {
  return { min: Math.max(padded - block + 1 - trailer, 0), max: Math.max(padded - trailer, 0) };
}

/** Room for one notify or two without data (8 bytes each, RFC 7296 §3.10), and for nothing that an accepting reply needs. */
const ERROR_SIZED = 24;

/** All that fits in is a notify. An EAP success, an empty reply and the delete of an IKE SA are as small. */
export function isErrorSized(size: SealedSize): boolean {
  return size.max < ERROR_SIZED;
}

/** `8 to 15 bytes of payloads`. */
export function sizeText({ min, max }: SealedSize): string {
  return min === max ? `${max} bytes of payloads` : `${min} to ${max} bytes of payloads`;
}
