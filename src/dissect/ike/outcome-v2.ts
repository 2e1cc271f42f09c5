import type { HiddenErrorFacts, StopFacts } from '../../model/ike-session.js';
import { secondsBetween } from '../../model/seconds-between.js';
import { EXCHANGE } from '../../wire/ike/tables/exchange-types.js';
import { NOTIFY } from '../../wire/ike/tables/notify.js';
import { type LoggedExchange, type LoggedMessage, replyOf, requestOf } from './exchange-log.js';
import {
  type Case,
  ESTABLISHED,
  errorOf,
  gaveUp,
  judgeChildren,
  notifyText,
  secondsAfter,
  stopAt,
  trafficSince,
  unansweredText,
  type Verdict,
} from './outcome.js';
import { leastWithChild, mostInside, type SealOverhead, SMALLEST_PAYLOAD, sealedLength, sealOverhead } from './sealed-size.js';

/** Up to three of the smallest payloads: EAP failure, a notify and another one. A reply that authenticates has more. */
const MOST_OF_AN_ERROR = 3 * SMALLEST_PAYLOAD;
/** The same for suites whose lengths are not known: no such message is longer with any suite in use. */
const ERROR_LENGTH_UNKNOWN_SUITE = 100;
/** Who checks a certificate and refuses it says so this soon; a person who closes a tunnel does not. */
const AT_ONCE_SECONDS = 0.25;
/** A cookie and a group together take three attempts (RFC 7296 §2.6.1); whoever needs more goes round in circles. */
const ROUNDS_OF_A_LOOP = 3;
/** Silence after which nothing is going to follow a reply that asked for more. */
const ABANDONED_SECONDS = 10;

const opensSession = (exchangeType: number) => exchangeType === EXCHANGE.IKE_SA_INIT || exchangeType === EXCHANGE.IKE_SESSION_RESUME;

/** What became of an IKEv2 SA (RFC 7296 §1.2, §2.21), from what is readable and, without keys, from size, direction and what follows. */
export function judgeV2(of: Case): Verdict {
  const { exchanges, session } = of;
  const inits = exchanges.filter(({ exchangeType }) => opensSession(exchangeType));
  const auths = exchanges.filter(({ exchangeType }) => exchangeType === EXCHANGE.IKE_AUTH);
  const between = exchanges.filter(
    ({ exchangeType }) => exchangeType === EXCHANGE.IKE_INTERMEDIATE || exchangeType === EXCHANGE.IKE_FOLLOWUP_KE,
  );
  const later = exchanges.filter((exchange) => !inits.includes(exchange) && !auths.includes(exchange) && !between.includes(exchange));
  // It was made in an IKE SA that was up.
  if (session.rekeyOf !== undefined) return ESTABLISHED;
  if (auths.length > 0) return judgeAuth(of, auths, later);
  // Ends that talk under encryption have authenticated before.
  const alive = later.some((exchange) => replyOf(exchange)?.encrypted === true);
  if (alive) return ESTABLISHED;
  const last = between.at(-1) ?? inits.at(-1);
  if (last === undefined) return { outcome: 'incomplete', stoppedAt: 'the capture begins in the middle and shows no answered exchange' };
  return judgeOpening(of, last, inits);
}

function judgeOpening(of: Case, last: LoggedExchange, inits: readonly LoggedExchange[]): Verdict {
  const request = requestOf(last);
  const reply = replyOf(last);
  const encrypted = !opensSession(last.exchangeType);
  if (reply === undefined) {
    if (request === undefined) return { outcome: 'incomplete' };
    const stage = encrypted ? 'authentication' : inits.length > 1 ? 'negotiation' : 'first-message';
    const verdict = unanswered(of, last, request, stage);
    return inits.length > ROUNDS_OF_A_LOOP ? { ...verdict, outcome: 'failed' } : verdict;
  }
  const error = errorOf(reply.notifies);
  if (error !== undefined && error.type !== NOTIFY.INVALID_KE_PAYLOAD) {
    return {
      outcome: 'failed',
      stop: stopAt(last, reply, 'negotiation', 'refused'),
      stoppedAt: `${sender(reply)} answered ${last.exchange} with ${notifyText(error)} (packet ${reply.frame})`,
    };
  }
  const redirect = of.session.redirect;
  if (redirect !== undefined) return { outcome: 'incomplete', stoppedAt: `redirected to ${redirect.to} (packet ${redirect.frame})` };
  const asked = error ?? reply.notifies.find(({ type }) => type === NOTIFY.COOKIE);
  const why =
    asked === undefined
      ? `${last.exchange} complete`
      : `${sender(reply)} asked again with ${asked === error ? notifyText(asked) : asked.name}`;
  const abandoned = secondsAfter(of, reply) > ABANDONED_SECONDS && !of.session.startsMidway;
  const outcome = inits.length > ROUNDS_OF_A_LOOP || abandoned ? 'failed' : 'incomplete';
  return {
    outcome,
    stop: stopAt(last, reply, asked === undefined ? 'authentication' : 'negotiation', 'abandoned'),
    stoppedAt: `${why}, ${attempts(inits)}, nothing more from the initiator (packet ${reply.frame})`,
  };
}

function attempts(inits: readonly LoggedExchange[]): string {
  return inits.length === 1 ? 'one attempt' : `${inits.length} attempts`;
}

function unanswered(of: Case, exchange: LoggedExchange, request: LoggedMessage, stage: StopFacts['stage']): Verdict {
  return {
    outcome: gaveUp(of, request) ? 'failed' : 'incomplete',
    stop: stopAt(exchange, request, stage, 'unanswered'),
    stoppedAt: `${exchange.exchange} ${exchange.messageId}: ${unansweredText(request)}`,
  };
}

function judgeAuth(of: Case, auths: readonly LoggedExchange[], later: readonly LoggedExchange[]): Verdict {
  const last = auths.at(-1) as LoggedExchange;
  const request = requestOf(last);
  const reply = replyOf(last);
  const since = (reply ?? request)?.time;
  // Only an IKE SA that is up begins these, and a responder begins anything only then.
  const alive =
    later.some(({ exchangeType, fromInitiator }) => exchangeType === EXCHANGE.CREATE_CHILD_SA || !fromInitiator) ||
    (since !== undefined && trafficSince(of, since));
  if (reply === undefined) {
    if (alive) return ESTABLISHED;
    return request === undefined ? { outcome: 'incomplete' } : unanswered(of, last, request, 'authentication');
  }
  return reply.opened || !reply.encrypted ? judgeReadable(of, last, reply, later) : judgeHidden(of, auths, last, reply, later, alive);
}

/** The reply to the last IKE_AUTH was opened, or came in clear. */
function judgeReadable(of: Case, last: LoggedExchange, reply: LoggedMessage, later: readonly LoggedExchange[]): Verdict {
  const error = errorOf(reply.notifies);
  const authenticated = reply.payloads.includes('AUTH');
  if (!authenticated) {
    if (error !== undefined) return refused(last, reply, `${sender(reply)} answered ${last.exchange} with ${notifyText(error)}`);
    const given = refusalAfter(later);
    if (given !== undefined) return refused(given.exchange, given.message, `${sender(given.message)} gave up: ${given.text}`);
    if (of.session.eap?.outcome === 'failure') return refused(last, reply, `EAP failed in ${last.exchange} ${last.messageId}`);
    return {
      outcome: secondsAfter(of, reply) > ABANDONED_SECONDS ? 'failed' : 'incomplete',
      stop: stopAt(last, reply, 'authentication', 'abandoned'),
      stoppedAt: `${last.exchange} ${last.messageId} answered without AUTH, nothing more from the initiator (packet ${reply.frame})`,
    };
  }
  const given = refusalAfter(later);
  if (given !== undefined) return refused(given.exchange, given.message, `${sender(given.message)} refused the other end: ${given.text}`);
  const verdict = judgeChildren(of.session, { givenUp: false });
  return verdict.outcome === 'failed' ? { ...verdict, stop: stopAt(last, reply, 'child', 'refused') } : verdict;
}

function refused(exchange: LoggedExchange, message: LoggedMessage, text: string): Verdict {
  return {
    outcome: 'failed',
    stop: stopAt(exchange, message, 'authentication', 'refused'),
    stoppedAt: `${text} (packet ${message.frame})`,
  };
}

/** An end that cannot accept the last reply says so in an INFORMATIONAL of its own (RFC 7296 §2.21.2). */
function refusalAfter(later: readonly LoggedExchange[]): { exchange: LoggedExchange; message: LoggedMessage; text: string } | undefined {
  for (const exchange of later) {
    const message = requestOf(exchange);
    const notify = message?.notifies.find(({ type }) => type === NOTIFY.AUTHENTICATION_FAILED);
    if (message !== undefined && notify !== undefined) return { exchange, message, text: notifyText(notify) };
  }
  return undefined;
}

/** The reply is sealed. */
function judgeHidden(
  of: Case,
  auths: readonly LoggedExchange[],
  last: LoggedExchange,
  reply: LoggedMessage,
  later: readonly LoggedExchange[],
  alive: boolean,
): Verdict {
  if (alive) return ESTABLISHED;
  const { chosen } = of.session;
  const overhead = chosen === undefined ? undefined : sealOverhead(chosen);
  const notifyLength = overhead === undefined ? undefined : sealedLength(overhead, SMALLEST_PAYLOAD);
  const hidden = (exchange: LoggedExchange, message: LoggedMessage, kind: HiddenErrorFacts['kind'], text: string): Verdict => ({
    outcome: 'failed',
    stop: stopAt(exchange, message, kind === 'child-refused' ? 'child' : 'authentication', 'hidden'),
    stoppedAt: `${text} (packet ${message.frame})`,
    hiddenError: {
      frame: message.frame,
      fromInitiator: message.fromInitiator,
      kind,
      length: message.length,
      text,
      ...(notifyLength === undefined ? {} : { notifyLength }),
    },
  });

  const closing = later.find(({ exchangeType, fromInitiator }) => exchangeType === EXCHANGE.INFORMATIONAL && fromInitiator);
  const closer = closing === undefined ? undefined : requestOf(closing);
  const rounds = auths.length;
  const fits = overhead === undefined || mostInside(overhead, reply.length) >= leastWithChild(overhead, rounds === 1);
  if (errorSized(reply.length, overhead) && closer === undefined) {
    const expected = notifyLength === undefined ? '' : `, ${notifyLength} is what a single notify takes with the suite chosen`;
    const text = `the responder's reply to ${last.exchange} is encrypted and has ${reply.length} bytes${expected}: no room for AUTH, an error by size and direction`;
    return hidden(last, reply, 'auth-refused', text);
  }
  if (closer !== undefined && closing !== undefined && errorSized(closer.length, overhead)) {
    // With EAP the initiator leaves in the middle of the rounds.
    if (!fits && rounds > 1) {
      const text = `after ${rounds} rounds of IKE_AUTH the initiator sent an encrypted INFORMATIONAL of ${closer.length} bytes instead of the next round, by size an error or a delete`;
      return hidden(closing, closer, 'auth-refused', text);
    }
    const gap = secondsBetween(reply.time, closer.time);
    if (gap <= AT_ONCE_SECONDS) {
      const text = `the initiator closed the IKE SA ${(gap * 1000).toFixed(0)} ms after the responder's IKE_AUTH reply with an encrypted INFORMATIONAL of ${closer.length} bytes, by size a delete or AUTHENTICATION_FAILED, before any ESP`;
      return hidden(closing, closer, 'closed-at-once', text);
    }
  }
  if (fits) return ESTABLISHED;
  if (rounds === 1 && asksForChild(auths, overhead)) {
    const text = `the responder's reply to ${last.exchange} is encrypted and has ${reply.length} bytes: room for AUTH, none for the SA, TSi and TSr of a CHILD_SA`;
    return hidden(last, reply, 'child-refused', text);
  }
  if (rounds === 1) return ESTABLISHED;
  return {
    outcome: secondsAfter(of, reply) > ABANDONED_SECONDS ? 'failed' : 'incomplete',
    stop: stopAt(last, reply, 'authentication', 'abandoned'),
    stoppedAt: `${rounds} rounds of IKE_AUTH, the last reply of ${reply.length} bytes is too short to be the end, nothing more from the initiator (packet ${reply.frame})`,
  };
}

function errorSized(length: number, overhead: SealOverhead | undefined): boolean {
  return length <= (overhead === undefined ? ERROR_LENGTH_UNKNOWN_SUITE : sealedLength(overhead, MOST_OF_AN_ERROR));
}

/** The request is long enough to ask for a CHILD_SA; without one (RFC 6023) a short reply is right. */
function asksForChild(auths: readonly LoggedExchange[], overhead: SealOverhead | undefined): boolean {
  const request = auths[0] === undefined ? undefined : requestOf(auths[0]);
  return request !== undefined && overhead !== undefined && mostInside(overhead, request.length) >= leastWithChild(overhead, true);
}

function sender({ fromInitiator }: LoggedMessage): string {
  return fromInitiator ? 'initiator' : 'responder';
}
