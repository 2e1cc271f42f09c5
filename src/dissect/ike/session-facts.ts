import type { ChildFacts, ExchangeFacts, IkeSession, NatFacts } from '../../model/ike-session.js';
import { secondsBetween } from '../../model/seconds-between.js';
import { QUESTION_MARK } from '../../wire/ike/question-mark.js';
import { EXCHANGE, EXCHANGE_V1 } from '../../wire/ike/tables/exchange-types.js';
import { NATT_PORT } from '../../wire/udp-encap.js';
import type { ChildState } from './child-state.js';
import { isOneWay, type LoggedExchange, replyOf, requestOf } from './exchange-log.js';
import type { IncompleteFragments } from './fragment-store.js';
import { judgeNat } from './nat-d.js';
import type { OutcomeContext, Verdict } from './outcome.js';
import { judgeV1 } from './outcome-v1.js';
import { judgeV2 } from './outcome-v2.js';
import { SMALLEST_PAYLOAD, sealedLength, sealOverhead } from './sealed-size.js';
import type { SessionState } from './session-state.js';

/** Answered or not: it was not meant to go on. */
const ASKED: Verdict = { outcome: 'incomplete', stoppedAt: 'only a question of vpndoctor' };

/** Who was told another group tries it at once. */
const RETRY_SECONDS = 2;
/** RFC 7296 §1.3: a CREATE_CHILD_SA reply that is no error has SA and nonce at least, far more than three small payloads. */
const MOST_OF_A_REFUSAL = 3 * SMALLEST_PAYLOAD;

/** The facts of a session as they stand now. */
export function sessionFacts(
  session: SessionState,
  incompleteFragments: readonly IncompleteFragments[],
  sessions: readonly SessionState[],
  context: OutcomeContext,
): IkeSession {
  const exchanges = session.exchanges.all();
  const of = { session, sessions, context, exchanges };
  const question = onlyAsks(session);
  const verdict: Verdict = question ? ASKED : session.version === 1 ? judgeV1(of) : judgeV2(of);
  const { initiator: identityInitiator, responder: identityResponder } = session.identities;
  const liveness = livenessOf(session, exchanges);
  const requested = [...session.configuration.requested.items];
  const given = [...session.configuration.given.items];
  const mobike = session.mobike.initiator || session.mobike.responder || session.mobikeUpdates.items.length > 0;
  return {
    id: session.id,
    protocol: session.version === 1 ? 'ikev1' : 'ikev2',
    spiI: `0x${session.spiI}`,
    spiR: `0x${session.spiR}`,
    initiator: session.initiator,
    responder: session.responder,
    firstTime: session.firstTime,
    lastTime: session.lastTime,
    ...verdict,
    ...(question ? { question } : {}),
    ...(session.lastAnswered === undefined ? {} : { lastAnswered: session.lastAnswered }),
    ...(session.mode === undefined ? {} : { mode: session.mode }),
    startsMidway: session.startsMidway,
    ...(session.rolesGuessed ? { rolesGuessed: true as const } : {}),
    messages: session.messages.toArray(),
    exchanges: exchanges.map(exchangeFacts),
    offered: session.offered,
    ...(session.chosen === undefined ? {} : { chosen: session.chosen }),
    keGroups: session.keGroups.items,
    ...(identityInitiator === undefined ? {} : { identityInitiator }),
    ...(identityResponder === undefined ? {} : { identityResponder }),
    certificates: session.certificates.items,
    ...(session.otherCertificates.items.length === 0 ? {} : { otherCertificates: session.otherCertificates.items }),
    authMethods: authMethodsOf(session),
    vendorIds: { initiator: [...session.vendorIds.initiator.items], responder: [...session.vendorIds.responder.items] },
    nat: natFacts(session),
    fragmentation: session.fragmentation,
    ...(incompleteFragments.length === 0 ? {} : { incompleteFragments }),
    lifetimes: session.lifetimes.items,
    children: session.children.items.map((child) => childFacts(session, child, exchanges, verdict)),
    ...(session.moves.items.length === 0 ? {} : { moves: session.moves.items }),
    ...(liveness === undefined ? {} : { liveness }),
    ...(session.eap === undefined ? {} : { eap: session.eap }),
    ...(requested.length + given.length === 0 ? {} : { configuration: { requested, given } }),
    ...(mobike ? { mobike: { ...session.mobike, updateFrames: session.mobikeUpdates.items } } : {}),
    ...(session.redirect === undefined ? {} : { redirect: session.redirect }),
    ...(session.rekeyOf === undefined ? {} : { rekeyOf: session.rekeyOf }),
    ...(session.rekeyedTo === undefined ? {} : { rekeyedTo: session.rekeyedTo }),
    deletes: session.deletes.items,
    messagesDropped: session.messages.dropped,
  };
}

/** Whoever goes on in spite of the mark is no question. */
function onlyAsks({ vendorIds, messages }: SessionState): boolean {
  return vendorIds.initiator.items.has(QUESTION_MARK) && !messages.toArray().some(({ encrypted }) => encrypted);
}

function exchangeFacts(exchange: LoggedExchange): ExchangeFacts {
  const { messages } = exchange;
  const request = requestOf(exchange);
  const reply = replyOf(exchange);
  const roundTrip = request === undefined || reply === undefined ? undefined : secondsBetween(request.time, reply.time);
  return {
    exchange: exchange.exchange,
    messageId: exchange.messageId,
    fromInitiator: exchange.fromInitiator,
    frames: messages.map(({ frame }) => frame),
    retransmissions: messages.reduce((sum, { copies }) => sum + copies - 1, 0),
    retransmitIntervals: messages.flatMap(({ intervals }) => intervals),
    answered: isAnswered(exchange),
    ...(isOneWay(exchange) ? { oneWay: true as const } : {}),
    ...(roundTrip === undefined ? {} : { roundTrip }),
  };
}

/** Main mode has three requests: the last one counts. */
function isAnswered(exchange: LoggedExchange): boolean {
  if (isOneWay(exchange)) return false;
  const main = exchange.version === 1 && exchange.exchangeType === EXCHANGE_V1['Identity Protection (Main Mode)'];
  return main ? exchange.messages.at(-1)?.fromInitiator === !exchange.fromInitiator : replyOf(exchange) !== undefined;
}

function natFacts(session: SessionState): NatFacts {
  const { initiator, responder } = session.now;
  const floated = initiator.port === NATT_PORT || responder.port === NATT_PORT;
  return { ...judgeNat(session.natHashes), floated, ...(session.natMethod === undefined ? {} : { method: session.natMethod }) };
}

/** IKEv1 negotiates one method for both ends; in IKEv2 each AUTH payload tells its own, and with EAP the method behind it. */
function authMethodsOf(session: SessionState): IkeSession['authMethods'] {
  if (session.version === 1) {
    const offers = session.chosen === undefined ? session.offered : [session.chosen];
    const names = new Set(offers.flatMap(({ transforms }) => transforms.filter(({ type }) => type === 'AUTH').map(({ name }) => name)));
    const [name] = names;
    return name === undefined || names.size > 1 ? {} : { initiator: name, responder: name };
  }
  const initiator = session.eap === undefined ? session.authMethods.initiator : (session.eap.method ?? 'EAP');
  const { responder } = session.authMethods;
  return { ...(initiator === undefined ? {} : { initiator }), ...(responder === undefined ? {} : { responder }) };
}

/** What is hidden gets the outcome that sizes suggest; nothing else of it is known. */
function childFacts(session: SessionState, child: ChildState, exchanges: readonly LoggedExchange[], verdict: Verdict): ChildFacts {
  const exchange = exchanges.find((candidate) => candidate.child === child);
  const request = exchange === undefined ? undefined : requestOf(exchange);
  const copies = request === undefined || request.copies === 1 ? {} : { copies: request.copies };
  if (child.outcome === 'refused') return { ...child, ...copies, ...retry(session, exchange, exchanges) };
  if (child.outcome !== 'hidden') return { ...child, ...copies };
  const { hiddenError } = verdict;
  if (child === session.authChild) {
    if (hiddenError?.kind === 'auth-refused') return { ...child, ...copies, outcome: 'unanswered' };
    if (hiddenError?.kind !== 'child-refused') return { ...child, ...copies };
    return { ...child, ...copies, outcome: 'refused', refusal: { frame: hiddenError.frame, text: hiddenError.text } };
  }
  const reply = exchange === undefined ? undefined : replyOf(exchange);
  const overhead = session.chosen === undefined ? undefined : sealOverhead(session.chosen);
  if (reply === undefined || overhead === undefined || reply.length > sealedLength(overhead, MOST_OF_A_REFUSAL))
    return { ...child, ...copies };
  const text = `the encrypted reply of ${reply.length} bytes has no room for an SA: an error by its size`;
  return { ...child, ...copies, outcome: 'refused', refusal: { frame: reply.frame, text }, ...retry(session, exchange, exchanges) };
}

/** A request of the same end right behind a refusal, answered at length: the group asked for, most likely (RFC 7296 §1.3). */
function retry(
  session: SessionState,
  refused: LoggedExchange | undefined,
  exchanges: readonly LoggedExchange[],
): Pick<ChildFacts, 'retriedIn'> {
  const no = refused === undefined ? undefined : replyOf(refused);
  if (refused === undefined || no === undefined) return {};
  const overhead = session.chosen === undefined ? undefined : sealOverhead(session.chosen);
  const again = exchanges.find((exchange) => {
    if (exchange.exchangeType !== refused.exchangeType || exchange.fromInitiator !== refused.fromInitiator) return false;
    const request = requestOf(exchange);
    const gap = request === undefined ? -1 : secondsBetween(no.time, request.time);
    const reply = replyOf(exchange);
    if (gap < 0 || gap > RETRY_SECONDS || reply === undefined) return false;
    if (reply.opened) return !reply.notifies.some(({ isError }) => isError);
    return overhead === undefined || reply.length > sealedLength(overhead, MOST_OF_A_REFUSAL);
  });
  const frame = again === undefined ? undefined : requestOf(again)?.frame;
  return frame === undefined ? {} : { retriedIn: frame };
}

/** IKEv1 DPD was counted as it came. IKEv2: requests with nothing inside, read or by their length (RFC 7296 §2.4). */
function livenessOf(session: SessionState, exchanges: readonly LoggedExchange[]): IkeSession['liveness'] {
  if (session.version === 1) {
    const { probes, answered, waiting } = session.liveness;
    return probes === 0 ? undefined : { probes, answered, unansweredFrames: [...(waiting?.values() ?? [])] };
  }
  const overhead = session.chosen === undefined ? undefined : sealOverhead(session.chosen);
  const empty = overhead === undefined ? undefined : sealedLength(overhead, 0);
  // With a block cipher a delete is as long as nothing at all.
  const telling = overhead !== undefined && empty !== sealedLength(overhead, SMALLEST_PAYLOAD);
  const probes = exchanges.filter((exchange) => {
    const request = requestOf(exchange);
    if (exchange.exchangeType !== EXCHANGE.INFORMATIONAL || request?.encrypted !== true) return false;
    if (request.opened) return request.payloads.length === 1;
    return request.length === empty && (telling || replyOf(exchange) === undefined || exchange !== exchanges.at(-1));
  });
  if (probes.length === 0) return undefined;
  const unanswered = probes.filter((exchange) => replyOf(exchange) === undefined);
  return {
    probes: probes.length,
    answered: probes.length - unanswered.length,
    unansweredFrames: unanswered.flatMap((exchange) => requestOf(exchange)?.frame ?? []),
  };
}
