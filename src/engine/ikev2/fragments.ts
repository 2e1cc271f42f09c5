import type { RandomSource } from '../../crypto/random-source.js';
import type { OutgoingHeader } from '../../wire/ike/message.js';
import type { Skf } from '../../wire/ike/payloads/skf.js';
import type { Path } from '../step.js';
import { type Inner, type Protection, sealedOverhead, sealMessage } from './message-crypt.js';

/** More fragments than any message needs; an authenticated peer can make us keep no more. */
const MAX_FRAGMENTS = 64;
const MAX_MESSAGE = 65_535;
const UDP_HEADER = 8;
const NON_ESP_MARKER = 4;

/** Bytes of an IKE message that fit into an IP packet of `size` bytes on this path. */
function roomOf(size: number, path: Path): number {
  const ip = path.local.address.includes(':') ? 40 : 20;
  return size - ip - UDP_HEADER - (path.channel === 'natt' ? NON_ESP_MARKER : 0);
}

/**
 * A message under SK, or in fragments under SKF where it would make IP packets above `size` bytes (RFC 7383 §2.5); 0: never.
 * Sizes too small for any fragment are taken as small as they can be.
 */
export function cutIntoFragments(
  protection: Protection,
  header: OutgoingHeader,
  inner: Inner,
  size: number,
  path: Path,
  random: RandomSource,
): readonly Uint8Array[] {
  const { blockSize } = protection.outgoing.cipher.cipher;
  const room = roomOf(size, path);
  const whole = sealedOverhead(protection, false) + inner.bytes.length + blockSize - 1;
  if (size === 0 || whole <= room) return [sealMessage(protection, header, inner, random)];
  // What is encrypted, pad length included, fills whole blocks.
  const space = room - sealedOverhead(protection, true) + 1;
  const piece = Math.max(space - (space % blockSize) - 1, Math.ceil(inner.bytes.length / MAX_FRAGMENTS), 16);
  const total = Math.ceil(inner.bytes.length / piece);
  if (total < 2) return [sealMessage(protection, header, inner, random)];
  return Array.from({ length: total }, (_, i) =>
    sealMessage(protection, header, { first: inner.first, bytes: inner.bytes.subarray(i * piece, (i + 1) * piece) }, random, {
      number: i + 1,
      total,
    }),
  );
}

/** Fragments of one message that are there, decrypted and authentic. */
export interface Reassembly {
  readonly messageId: number;
  readonly response: boolean;
  readonly total: number;
  readonly first: number;
  readonly pieces: ReadonlyMap<number, Uint8Array>;
  readonly length: number;
}

export type Reassembled =
  | { readonly kind: 'partial'; readonly reassembly: Reassembly }
  | { readonly kind: 'complete'; readonly inner: Inner; readonly fragments: number }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Adds a fragment that was opened. One message is put together at a time; another id, or a higher total of the same one (the sender
 * went down with its size), begins anew; a lower total is old (RFC 7383 §2.6).
 * @param next the `next` of its SKF payload: the first payload's type in fragment 1
 */
export function addFragment(
  known: Reassembly | undefined,
  of: { readonly messageId: number; readonly response: boolean },
  { fragment, total }: Skf,
  next: number,
  piece: Uint8Array,
): Reassembled {
  if (total > MAX_FRAGMENTS) return { kind: 'refused', reason: `a message in ${total} fragments, ${MAX_FRAGMENTS} at most are kept` };
  const same = known !== undefined && known.messageId === of.messageId && known.response === of.response;
  if (same && total < known.total) return { kind: 'refused', reason: `fragment of ${total}, where the message came in ${known.total}` };
  const base: Reassembly =
    same && total === known.total
      ? known
      : { messageId: of.messageId, response: of.response, total, first: 0, pieces: new Map(), length: 0 };
  if (base.pieces.has(fragment)) return { kind: 'refused', reason: `fragment ${fragment} of ${total} came twice` };
  const length = base.length + piece.length;
  if (length > MAX_MESSAGE) return { kind: 'refused', reason: `fragments make more than ${MAX_MESSAGE} bytes` };
  const pieces = new Map(base.pieces).set(fragment, piece);
  const first = fragment === 1 ? next : base.first;
  if (pieces.size < total) return { kind: 'partial', reassembly: { ...base, first, pieces, length } };
  const bytes = new Uint8Array(length);
  let at = 0;
  for (let i = 1; i <= total; i++) {
    const part = pieces.get(i) as Uint8Array;
    bytes.set(part, at);
    at += part.length;
  }
  return { kind: 'complete', inner: { first, bytes }, fragments: total };
}
