import type { OutgoingPayload } from '../../wire/ike/chain.js';
import { FLAG_V2_INITIATOR, FLAG_V2_RESPONSE } from '../../wire/ike/header.js';
import { encodeMessage, type OutgoingHeader } from '../../wire/ike/message.js';
import { payloadName } from '../../wire/ike/payload-name.js';
import { answerPatience } from '../ike/answer-patience.js';
import type { Path } from '../step.js';
import type { Effects } from './effects.js';
import { cutIntoFragments } from './fragments.js';
import { encodeInner } from './message-crypt.js';
import { exchangeName } from './refusals.js';
import type { SaBase, SecuredSa } from './state.js';
import { replied, requested, type Window } from './window.js';

/** Header of a message of ours. */
export function headerOf(
  sa: Pick<SaBase, 'spiI' | 'spiR' | 'role'>,
  exchange: number,
  messageId: number,
  response: boolean,
): OutgoingHeader {
  return {
    spiI: sa.spiI,
    spiR: sa.spiR,
    major: 2,
    minor: 0,
    exchangeType: exchange,
    flags: (sa.role === 'initiator' ? FLAG_V2_INITIATOR : 0) | (response ? FLAG_V2_RESPONSE : 0),
    messageId,
  };
}

/** Names as `sniff` prints them. */
function namesOf(payloads: readonly OutgoingPayload[]): readonly string[] {
  return payloads.map(({ type, ...payload }) => payloadName(2, type, 'value' in payload ? payload.value : undefined));
}

interface Sending {
  readonly exchange: number;
  readonly id: number;
  readonly response: boolean;
  readonly payloads: readonly string[];
}

function emit(sa: SaBase, path: Path, datagrams: readonly Uint8Array[], what: Sending, fx: Effects): void {
  for (const bytes of datagrams) fx.send(path, bytes);
  fx.happen(sa, {
    kind: 'sent',
    exchange: exchangeName(what.exchange),
    messageId: what.id,
    response: what.response,
    payloads: what.payloads,
    path,
    length: datagrams.reduce((sum, { length }) => sum + length, 0),
    fragments: datagrams.length,
  });
}

/** Sends a message in clear (IKE_SA_INIT) as a request that waits for its answer. */
export function sendClearRequest(
  sa: SaBase,
  exchange: number,
  payloads: readonly OutgoingPayload[],
  fx: Effects,
): { window: Window; bytes: Uint8Array } {
  const id = sa.window.next;
  const bytes = encodeMessage(headerOf(sa, exchange, id, false), payloads);
  emit(sa, sa.path, [bytes], { exchange, id, response: false, payloads: namesOf(payloads) }, fx);
  return { window: awaitReply(sa, exchange, [bytes], fx), bytes };
}

/** Puts our next request into the window and sets its timer. */
function awaitReply(sa: SaBase, exchange: number, datagrams: readonly Uint8Array[], fx: Effects): Window {
  const wait = firstWait(sa);
  fx.timer(sa, 'retransmit', wait);
  return requested(sa.window, { id: sa.window.next, exchange, datagrams, sentAt: fx.now, times: 1, wait });
}

/** A stream loses nothing: there the whole time goes by at once (RFC 9329 §4). */
function firstWait({ settings: { retransmit }, path }: SaBase): number {
  return path.channel === 'tcp' ? answerPatience(retransmit) : retransmit.first;
}

/** Encrypts payloads, in fragments where they are too long and both can (RFC 7383 §2.5). */
export function sealAll(
  sa: SecuredSa,
  header: OutgoingHeader,
  payloads: readonly OutgoingPayload[],
  path: Path,
  fx: Effects,
): readonly Uint8Array[] {
  const size = sa.peer.fragmentation && path.channel !== 'tcp' ? sa.settings.fragmentSize : 0;
  return cutIntoFragments(sa.protection, header, encodeInner(payloads), size, path, fx.env.random);
}

const SEALED = ['SK'] as const;

/** Sends a request under SK; the window holds it until its answer comes. There must be none out already. */
export function sendRequest(sa: SecuredSa, exchange: number, payloads: readonly OutgoingPayload[], fx: Effects): Window {
  return awaitReply(sa, exchange, sendUnawaited(sa, exchange, payloads, fx), fx);
}

/** The same for a request after which the IKE SA is given up: once, and whatever comes of it. */
export function sendUnawaited(sa: SecuredSa, exchange: number, payloads: readonly OutgoingPayload[], fx: Effects): readonly Uint8Array[] {
  const id = sa.window.next;
  const datagrams = sealAll(sa, headerOf(sa, exchange, id, false), payloads, sa.path, fx);
  emit(sa, sa.path, datagrams, { exchange, id, response: false, payloads: [...SEALED, ...namesOf(payloads)] }, fx);
  return datagrams;
}

/** Answers the peer's request that is next, and keeps the answer. It goes where the request came from (RFC 7296 §2.11). */
export function sendReply(sa: SecuredSa, exchange: number, payloads: readonly OutgoingPayload[], path: Path, fx: Effects): Window {
  const id = sa.window.expected;
  const datagrams = sealAll(sa, headerOf(sa, exchange, id, true), payloads, path, fx);
  emit(sa, path, datagrams, { exchange, id, response: true, payloads: [...SEALED, ...namesOf(payloads)] }, fx);
  return replied(sa.window, { id, exchange, datagrams });
}

/** Answers IKE_SA_INIT. */
export function sendClearReply(
  sa: SaBase,
  exchange: number,
  payloads: readonly OutgoingPayload[],
  fx: Effects,
): { readonly window: Window; readonly bytes: Uint8Array } {
  const id = sa.window.expected;
  const bytes = encodeMessage(headerOf(sa, exchange, id, true), payloads);
  emit(sa, sa.path, [bytes], { exchange, id, response: true, payloads: namesOf(payloads) }, fx);
  return { window: replied(sa.window, { id, exchange, datagrams: [bytes] }), bytes };
}
