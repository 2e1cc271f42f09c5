import { nameOf } from '../../bytes/registry.js';
import { isResponse } from '../../wire/ike/header.js';
import type { IkeMessage } from '../../wire/ike/message.js';
import { EXCHANGE } from '../../wire/ike/tables/exchange-types.js';
import { NOTIFY } from '../../wire/ike/tables/notify.js';
import { IKEV2_PAYLOAD_TYPES } from '../../wire/ike/tables/payload-types.js';
import type { Message } from '../step.js';
import { onAuthReply } from './auth-reply.js';
import { onAuthRequest } from './auth-responder.js';
import { onClosingRequest } from './closing.js';
import { onEapReply } from './eap-initiator.js';
import { onEapAuth, onEapResponse } from './eap-responder.js';
import type { Effects } from './effects.js';
import { onEstablishedReply, onEstablishedRequest } from './established.js';
import type { Incoming } from './incoming.js';
import { onInitReply } from './init-initiator.js';
import { onIntermediateReply, onIntermediateRequest } from './intermediate.js';
import { enqueue, nextJob } from './jobs.js';
import { changePath, samePath } from './mobike.js';
import { errorsOf, out } from './payloads.js';
import { checkShape, openReceived } from './received.js';
import { exchangeName, refusal } from './refusals.js';
import type { Established, IkeSa } from './state.js';
import { sendReply } from './transmit.js';
import { answered, placeOfRequest } from './window.js';

/** A message that names one of our IKE SAs. The next state, or undefined when the IKE SA is gone. */
export function receive(sa: IkeSa, message: IkeMessage, datagram: Message, fx: Effects): IkeSa | undefined {
  const { header } = message;
  const ignore = (reason: string): IkeSa => {
    fx.happen(sa, { kind: 'ignored', reason, path: datagram.path });
    return sa;
  };
  if (message.malformed !== undefined) return ignore(message.malformed.message);
  const response = isResponse(header);
  if (response && (sa.window.pending?.id !== header.messageId || sa.window.pending.exchange !== header.exchangeType)) {
    return ignore(`an answer to ${exchangeName(header.exchangeType)} ${header.messageId}, which is not out`);
  }
  if (sa.kind === 'expect-init-reply') return receiveFirst(sa, message, datagram, fx);
  const place = response ? 'next' : placeOfRequest(sa.window, header.messageId);
  if (place === 'outside') return ignore(`request ${header.messageId}, expected is ${sa.window.expected}`);
  const unprotected = message.payloads.every(({ kind }) => kind !== 'sk' && kind !== 'skf');
  if (unprotected) return hear(sa, message, datagram, fx);
  const opened = openReceived(sa, message, datagram.bytes, datagram.path);
  switch (opened.kind) {
    case 'ignored':
      return ignore(opened.reason);
    case 'partial':
      return { ...sa, reassembly: opened.reassembly };
    case 'malformed':
    case 'message':
      break;
  }
  if (place === 'working') return ignore('a request that is being worked on came again');
  if (place === 'again') {
    for (const bytes of sa.window.replied?.datagrams ?? []) fx.send(datagram.path, bytes);
    return ignore('a request that came again: the same answer went out again');
  }
  const { reassembly: _, ...whole } = sa;
  if (opened.kind === 'malformed') return onMalformed(whole as typeof sa, opened.reason, header.exchangeType, response, datagram, fx);
  fx.happen(sa, {
    kind: 'received',
    exchange: exchangeName(header.exchangeType),
    messageId: header.messageId,
    response,
    payloads: ['SK', ...opened.incoming.payloads.map(({ name }) => name)],
    path: datagram.path,
    length: datagram.bytes.length,
    fragments: opened.fragments,
  });
  if (response) return onResponse(whole as typeof sa, opened.incoming, fx);
  const unknown = opened.incoming.payloads.find(({ kind, critical }) => kind === 'raw' && critical);
  if (unknown !== undefined) return refuseCritical(whole as typeof sa, unknown.type, header.exchangeType, datagram, fx);
  const fault = checkShape(message, opened.incoming.payloads);
  if (fault !== undefined) return onMalformed(whole as typeof sa, fault, header.exchangeType, false, datagram, fx);
  return onRequest(whole as typeof sa, opened.incoming, fx);
}

/** Milliseconds after the last authentic message in which hearsay is not worth a question. */
const SUSPICION = 1000;

type Secured = Exclude<IkeSa, { kind: 'expect-init-reply' }>;

/** The answer to IKE_SA_INIT, in clear. */
function receiveFirst(
  sa: Extract<IkeSa, { kind: 'expect-init-reply' }>,
  message: IkeMessage,
  { path, bytes }: Message,
  fx: Effects,
): IkeSa | undefined {
  const { header, payloads } = message;
  if (!isResponse(header) || header.exchangeType !== EXCHANGE.IKE_SA_INIT) {
    fx.happen(sa, { kind: 'ignored', reason: `${exchangeName(header.exchangeType)} before IKE_SA_INIT was answered`, path });
    return sa;
  }
  fx.happen(sa, {
    kind: 'received',
    exchange: exchangeName(header.exchangeType),
    messageId: header.messageId,
    response: true,
    payloads: payloads.map(({ name }) => name),
    path,
    length: bytes.length,
    fragments: 1,
  });
  return onInitReply(sa, { header, payloads, path, bytes }, fx);
}

/** A message in clear where none may be: anybody can send it, so it changes nothing, but it may explain a timeout (RFC 7296 §2.21.2). */
function hear(sa: Secured, message: IkeMessage, { path }: Message, fx: Effects): IkeSa {
  const errors = errorsOf(message.payloads);
  const names = message.payloads.map(({ name }) => name).join(', ');
  fx.happen(sa, { kind: 'ignored', reason: `without protection, which anybody could have sent: ${names}`, path });
  const told = { ...sa, hearsay: [...sa.hearsay, ...errors].slice(-4) };
  // "I do not know this IKE SA" is worth a look whether the peer still does (RFC 7296 §1.5), once in a while.
  const lost = told.kind === 'established' && errors.includes(NOTIFY.INVALID_IKE_SPI) && fx.now - told.heardAt > SUSPICION;
  return lost && told.window.pending === undefined ? enqueue(told, { kind: 'liveness' }, fx) : told;
}

/** RFC 7296 §2.21.3: fatal at both ends. */
function onMalformed(sa: Secured, reason: string, exchange: number, response: boolean, { path }: Message, fx: Effects): undefined {
  const why = refusal('invalid-syntax', 'us', exchange, `the peer sent a malformed message: ${reason}`, { notify: NOTIFY.INVALID_SYNTAX });
  if (!response) sendReply(sa, exchange, [out.notify(NOTIFY.INVALID_SYNTAX)], path, fx);
  return fx.down(sa, 'us', why);
}

/** RFC 7296 §2.5. */
function refuseCritical(sa: Secured, type: number, exchange: number, { path }: Message, fx: Effects): IkeSa | undefined {
  const window = sendReply(sa, exchange, [out.notify(NOTIFY.UNSUPPORTED_CRITICAL_PAYLOAD, Uint8Array.of(type))], path, fx);
  if (sa.kind === 'established' || sa.kind === 'closing') return { ...sa, window };
  const text = `the peer marked payload ${nameOf(IKEV2_PAYLOAD_TYPES, type)} critical, which is not known here`;
  return fx.down(sa, 'us', refusal('unsupported-critical-payload', 'us', exchange, text, { notify: NOTIFY.UNSUPPORTED_CRITICAL_PAYLOAD }));
}

function onResponse(sa: Secured, incoming: Incoming, fx: Effects): IkeSa | undefined {
  fx.timer(sa, 'retransmit');
  const window = answered(sa.window);
  switch (sa.kind) {
    case 'expect-auth-reply':
      return afterUp(onAuthReply({ ...sa, window }, incoming, fx), fx);
    case 'expect-eap-reply':
      return onEapReply({ ...sa, window }, incoming, fx);
    case 'expect-intermediate-reply':
      return onIntermediateReply({ ...sa, window }, incoming, fx);
    case 'established':
      return onEstablishedReply({ ...sa, window, heardAt: fx.now }, incoming, fx);
    case 'closing':
      return fx.down({ ...sa, window }, 'us', sa.refusal);
    default:
      return { ...sa, window };
  }
}

/** The IKE SA has just come up: what waits for that. */
function afterUp(sa: IkeSa | undefined, fx: Effects): IkeSa | undefined {
  if (sa?.kind !== 'established') return sa;
  return sa.closing ? enqueue({ ...sa, queue: [] }, { kind: 'delete-ike' }, fx) : nextJob(sa, fx);
}

function onRequest(sa: Secured, incoming: Incoming, fx: Effects): IkeSa | undefined {
  const { exchangeType } = incoming.header;
  if (exchangeType === EXCHANGE.IKE_AUTH) {
    if (sa.kind === 'expect-auth-request' && sa.exchanged === sa.suite.additional.length) return onAuthRequest(sa, incoming, fx);
    if (sa.kind === 'expect-eap-response') return onEapResponse({ ...sa, path: incoming.path }, incoming, fx);
    if (sa.kind === 'expect-eap-auth') return onEapAuth(sa, incoming, fx);
  }
  if (sa.kind === 'expect-auth-request' && exchangeType === EXCHANGE.IKE_INTERMEDIATE) return onIntermediateRequest(sa, incoming, fx);
  if (sa.kind === 'established') return onEstablishedRequest(followPath({ ...sa, heardAt: fx.now }, incoming, fx), incoming, fx);
  if (sa.kind === 'closing') return onClosingRequest(sa, incoming, fx);
  fx.happen(sa, { kind: 'ignored', reason: `${exchangeName(exchangeType)} is not expected now`, path: incoming.path });
  return sa;
}

/** A NAT in front of the peer may map it anew: we go where its newest request came from (RFC 7296 §2.23). */
function followPath(sa: Established, { path }: Incoming, fx: Effects): Established {
  const follows = sa.nat.peerBehindNat && !sa.nat.usBehindNat && !sa.mobike && !samePath(sa.path, path);
  return follows ? changePath(sa, path, fx) : sa;
}
