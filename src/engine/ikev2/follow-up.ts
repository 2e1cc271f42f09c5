import type { KeyExchange } from '../../crypto/key-exchange/key-exchange.js';
import type { OutgoingPayload, PayloadNode } from '../../wire/ike/chain.js';
import { EXCHANGE } from '../../wire/ike/tables/exchange-types.js';
import { NOTIFY } from '../../wire/ike/tables/notify.js';
import type { Refusal } from '../refusal.js';
import type { Effects } from './effects.js';
import { notifyOf, out } from './payloads.js';
import { refusal } from './refusals.js';
import type { Established } from './state.js';
import type { ChildTask, FollowUp, IkeTask, Made } from './task.js';
import { sendRequest } from './transmit.js';

const LINK_LENGTH = 16;
/** Milliseconds an initiator has for its next key exchange (RFC 9370 §2.2.4). */
const PATIENCE = 30_000;

/**
 * Sends the first, or the next, further key exchange of an exchange of ours (RFC 9370 §2.2.4). Undefined when the answer lacks the
 * notify that ties it to the one before.
 */
export function beginFollowUp(
  sa: Established,
  task: ChildTask | IkeTask,
  made: Made,
  rest: readonly KeyExchange[],
  payloads: readonly PayloadNode[],
  fx: Effects,
): Established | undefined {
  const link = notifyOf(payloads, NOTIFY.ADDITIONAL_KEY_EXCHANGE)?.data;
  const [method] = rest;
  if (link === undefined || method === undefined) return undefined;
  const half = method.initiate(fx.env.random);
  const request = [out.ke(method.ikev2, half.publicValue), out.notify(NOTIFY.ADDITIONAL_KEY_EXCHANGE, link)];
  const follow: FollowUp = { made, rest, link };
  return { ...sa, task: { kind: 'follow-up', half, follow, task }, window: sendRequest(sa, EXCHANGE.IKE_FOLLOWUP_KE, request, fx) };
}

/** Why there is no going on without that notify. */
export function withoutLink(exchange: number): Refusal {
  const text = 'the answer chooses additional key exchanges, but has no ADDITIONAL_KEY_EXCHANGE notify';
  return refusal('invalid-syntax', 'us', exchange, text);
}

/** Keeps what the peer's exchange has made so far, and gives the notify that its next exchange must return. */
export function awaitFollowUp(
  sa: Established,
  made: Made,
  rest: readonly KeyExchange[],
  fx: Effects,
): { readonly sa: Established; readonly link: OutgoingPayload } {
  const link = fx.env.random(LINK_LENGTH);
  fx.timer(sa, 'follow-up', PATIENCE);
  return { sa: { ...sa, follow: { made, rest, link } }, link: out.notify(NOTIFY.ADDITIONAL_KEY_EXCHANGE, link) };
}
