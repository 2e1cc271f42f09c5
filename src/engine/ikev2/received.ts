import { DecodeError } from '../../bytes/errors.js';
import { decodeChain, type PayloadNode } from '../../wire/ike/chain.js';
import { shapeOf } from '../../wire/ike/grammar.js';
import { isResponse } from '../../wire/ike/header.js';
import type { IkeMessage } from '../../wire/ike/message.js';
import type { Path } from '../step.js';
import { addFragment, type Reassembly } from './fragments.js';
import type { Incoming } from './incoming.js';
import { openMessage } from './message-crypt.js';
import type { SecuredSa } from './state.js';

/** What opening a message under SK gives. */
export type Opened =
  | { readonly kind: 'message'; readonly incoming: Incoming; readonly fragments: number }
  /** A fragment; others are missing. */
  | { readonly kind: 'partial'; readonly reassembly: Reassembly }
  /** Nobody with the keys sent it, or it cannot be. */
  | { readonly kind: 'ignored'; readonly reason: string }
  /** Authentic and wrong inside: the peer itself made it so. */
  | { readonly kind: 'malformed'; readonly reason: string };

/** What is wrong with the payloads of a message by the grammar of its exchange; `inside`: those under SK. */
export function checkShape(message: IkeMessage, inside?: readonly PayloadNode[]): string | undefined {
  const [first] = shapeOf(message, inside);
  return first?.text;
}

/** Opens a message of the peer: ICV, fragments, payloads. */
export function openReceived(sa: SecuredSa, message: IkeMessage, bytes: Uint8Array, path: Path): Opened {
  const { header } = message;
  const [sealed, ...more] = message.payloads;
  if (sealed === undefined || more.length > 0 || (sealed.kind !== 'sk' && sealed.kind !== 'skf')) {
    return { kind: 'ignored', reason: 'the message is not encrypted' };
  }
  let plain: Uint8Array | undefined;
  try {
    plain = openMessage(sa.protection, bytes, sealed.offset, sealed.kind === 'skf');
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { kind: 'ignored', reason: error.message };
  }
  if (plain === undefined) return { kind: 'ignored', reason: 'its ICV does not fit: it was changed, or made with other keys' };
  if (sealed.kind === 'sk') return decodeInner(message, { first: sealed.next, bytes: plain }, bytes, path, 1);
  const added = addFragment(sa.reassembly, { messageId: header.messageId, response: isResponse(header) }, sealed.value, sealed.next, plain);
  if (added.kind === 'refused') return { kind: 'ignored', reason: added.reason };
  if (added.kind === 'partial') return added;
  return decodeInner(message, added.inner, bytes, path, added.fragments);
}

function decodeInner(
  message: IkeMessage,
  inner: { first: number; bytes: Uint8Array },
  bytes: Uint8Array,
  path: Path,
  fragments: number,
): Opened {
  const chain = decodeChain(inner.bytes, inner.first, 2);
  if (chain.malformed !== undefined) return { kind: 'malformed', reason: chain.malformed.message };
  if (chain.trailing.length > 0) return { kind: 'malformed', reason: `${chain.trailing.length} bytes behind the last payload` };
  return { kind: 'message', incoming: { header: message.header, payloads: chain.payloads, path, bytes, inner }, fragments };
}
