import type { HiddenErrorFacts } from '../../model/ike-session.js';
import { secondsBetween } from '../../model/seconds-between.js';
import { EXCHANGE_V1 } from '../../wire/ike/tables/exchange-types.js';
import type { LoggedExchange, LoggedMessage } from './exchange-log.js';
import {
  type Case,
  ESTABLISHED,
  errorOf,
  gaveUp,
  judgeChildren,
  notifyText,
  secondsAfter,
  stopAt,
  unansweredText,
  type Verdict,
} from './outcome.js';

/** A refusal follows its message at once. */
const REFUSAL_SECONDS = 2;
/** Silence after which XAuth or mode config that stopped is not going on. */
const ABANDONED_SECONDS = 10;

const MAIN = EXCHANGE_V1['Identity Protection (Main Mode)'];

const MAIN_MESSAGES = ['proposals', 'choice', 'KE and nonce', 'KE and nonce', 'identity', 'identity'];
const AGGRESSIVE_MESSAGES = ['proposals, KE and identity', 'choice, KE, identity and HASH or SIG', 'HASH or SIG'];

/** What became of an IKEv1 SA (RFC 2409 §5): phase 1 by the messages of its exchange, then quick mode. */
export function judgeV1(of: Case): Verdict {
  const { exchanges } = of;
  const phase1 = exchanges.findLast(({ exchangeType }) => isPhase1(exchangeType));
  const quick = exchanges.filter(({ exchangeType }) => exchangeType === EXCHANGE_V1['Quick Mode']);
  const transactions = exchanges.filter(({ exchangeType }) => exchangeType === EXCHANGE_V1.Transaction);
  const informational = exchanges.filter(({ exchangeType }) => exchangeType === EXCHANGE_V1.Informational);
  if (phase1 === undefined) {
    if (quick.length > 0 || transactions.length > 0 || informational.some(({ messages }) => messages[0]?.encrypted === true)) {
      return quick.length > 0 ? judgeQuick(of, quick) : ESTABLISHED;
    }
    const only = informational.at(-1);
    const message = only?.messages.at(-1);
    if (only === undefined || message === undefined) return { outcome: 'incomplete' };
    return refusedBy(of, only, message) ?? { outcome: 'incomplete', stoppedAt: 'only Informational messages were seen' };
  }
  if (quick.length === 0 && transactions.length === 0 && !isDone(phase1)) return judgePhase1(of, phase1, informational);
  // The responder of aggressive mode checks message 3 while quick mode is on its way already.
  const answered = [...quick, ...transactions].some(({ messages }) => messages.some(({ fromInitiator }) => !fromInitiator));
  const objection = answered || phase1.exchangeType === MAIN ? undefined : refusal(of, phase1, informational, false);
  if (objection !== undefined) return objection;
  if (quick.length > 0) return judgeQuick(of, quick);
  return transactions.length > 0 ? judgeTransactions(of, transactions) : ESTABLISHED;
}

function isPhase1(exchangeType: number): boolean {
  return (
    exchangeType === MAIN ||
    exchangeType === EXCHANGE_V1.Aggressive ||
    exchangeType === EXCHANGE_V1.Base ||
    exchangeType === EXCHANGE_V1['Authentication Only']
  );
}

/** Number of the message with which a phase 1 exchange is complete: 6 in main mode, 3 in aggressive, 4 in base mode. */
function isDone({ exchangeType, messages }: LoggedExchange): boolean {
  const last = exchangeType === MAIN ? 6 : exchangeType === EXCHANGE_V1.Base ? 4 : 3;
  return messages.some(({ number = 0 }) => number >= last);
}

function judgePhase1(of: Case, phase1: LoggedExchange, informational: readonly LoggedExchange[]): Verdict {
  const last = phase1.messages.at(-1);
  if (last === undefined) return { outcome: 'incomplete' };
  const objection = refusal(of, phase1, informational, !last.fromInitiator);
  if (objection !== undefined) return objection;
  const number = last.number ?? phase1.messages.length;
  const stage = number === 1 ? 'first-message' : number >= (phase1.exchangeType === MAIN ? 5 : 3) ? 'authentication' : 'negotiation';
  const what = messageText(phase1, last);
  if (!last.fromInitiator) {
    // The initiator's turn: it got this reply, or it did not and sends its own message again.
    return {
      outcome: last.copies > 2 || gaveUp(of, last) || secondsAfter(of, last) > ABANDONED_SECONDS ? 'failed' : 'incomplete',
      stop: stopAt(phase1, last, number < 3 && phase1.exchangeType === MAIN ? 'negotiation' : 'authentication', 'abandoned'),
      stoppedAt: `${what} was the responder's last: ${unansweredText(last)}`,
    };
  }
  return {
    outcome: gaveUp(of, last) ? 'failed' : 'incomplete',
    stop: stopAt(phase1, last, stage, 'unanswered'),
    stoppedAt: `${what} ${unansweredText(last)}`,
  };
}

/** An Informational that says no to phase 1: readable, or sealed where by time and direction it is nothing else. */
function refusal(of: Case, phase1: LoggedExchange, informational: readonly LoggedExchange[], byInitiator: boolean): Verdict | undefined {
  const first = phase1.messages[0];
  if (first === undefined) return undefined;
  for (const exchange of informational) {
    const message = exchange.messages[0];
    if (message === undefined || secondsBetween(first.time, message.time) < 0) continue;
    const readable = refusedBy(of, exchange, message);
    if (readable !== undefined) return readable;
    if (!message.encrypted || message.opened || message.fromInitiator !== byInitiator) continue;
    const answered = phase1.messages.findLast(
      ({ fromInitiator, time }) => fromInitiator !== message.fromInitiator && secondsBetween(time, message.time) >= 0,
    );
    if (answered === undefined || !soon(answered, message)) continue;
    const copies = informational.filter(({ messages }) => messages[0]?.fromInitiator === byInitiator && messages[0].encrypted).length;
    const who = byInitiator ? 'initiator' : 'responder';
    const text = `the ${who} answered ${messageText(phase1, answered)} with an encrypted Informational of ${message.length} bytes${copies > 1 ? ` (${copies} of them)` : ''} instead of going on: by time and direction a refusal`;
    const hiddenError: HiddenErrorFacts = {
      frame: message.frame,
      fromInitiator: byInitiator,
      kind: 'auth-refused',
      length: message.length,
      text,
    };
    return {
      outcome: 'failed',
      stop: stopAt(exchange, message, 'authentication', 'hidden'),
      stoppedAt: `${text} (packet ${message.frame})`,
      hiddenError,
    };
  }
  return undefined;
}

/** Between the first and the last copy, or soon after the last. */
function soon(answered: LoggedMessage, message: LoggedMessage): boolean {
  return secondsBetween(answered.lastTime, message.time) <= REFUSAL_SECONDS;
}

function refusedBy({ session }: Case, exchange: LoggedExchange, message: LoggedMessage): Verdict | undefined {
  const error = errorOf(message.notifies);
  if (error === undefined) return undefined;
  const who = message.fromInitiator ? 'initiator' : 'responder';
  const authenticating = message.encrypted || session.publicValues.responder !== undefined;
  return {
    outcome: 'failed',
    stop: stopAt(exchange, message, authenticating ? 'authentication' : 'negotiation', 'refused'),
    stoppedAt: `${who} said ${notifyText(error)} (packet ${message.frame})`,
  };
}

/** `message 5 (identity)`. */
function messageText({ exchangeType }: LoggedExchange, { number }: LoggedMessage): string {
  const names = exchangeType === MAIN ? MAIN_MESSAGES : exchangeType === EXCHANGE_V1.Aggressive ? AGGRESSIVE_MESSAGES : [];
  const name = number === undefined ? undefined : names[number - 1];
  return `message ${number ?? '?'}${name === undefined ? '' : ` (${name})`}`;
}

function judgeQuick(of: Case, quick: readonly LoggedExchange[]): Verdict {
  const open = quick.findLast(({ child }) => child?.outcome === 'unanswered');
  const message = open?.messages[0];
  const verdict = judgeChildren(
    of.session,
    message === undefined
      ? { givenUp: false }
      : { givenUp: gaveUp(of, message), unanswered: `quick mode message 1 ${unansweredText(message)}` },
  );
  if (verdict.outcome === 'established') return verdict;
  const refused = of.session.children.items.find(({ outcome }) => outcome === 'refused');
  const exchange = quick.find(({ child }) => child === refused) ?? open ?? quick[0];
  const stopped = exchange?.messages[0];
  if (exchange === undefined || stopped === undefined) return verdict;
  if (refused?.refusal === undefined) return { ...verdict, stop: stopAt(exchange, stopped, 'child', 'unanswered') };
  const { frame, name, text } = refused.refusal;
  const answer = of.exchanges.flatMap(({ messages }) => messages).find((candidate) => candidate.frame === frame);
  if (name !== undefined || answer === undefined) return { ...verdict, stop: stopAt(exchange, stopped, 'child', 'refused') };
  return {
    ...verdict,
    stop: stopAt(exchange, stopped, 'child', 'hidden'),
    hiddenError: { frame, fromInitiator: answer.fromInitiator, kind: 'child-refused', length: answer.length, text },
  };
}

/** XAuth and mode config without a quick mode behind them. */
function judgeTransactions(of: Case, transactions: readonly LoggedExchange[]): Verdict {
  const { session } = of;
  const last = transactions.at(-1);
  const message = last?.messages.at(-1);
  if (last === undefined || message === undefined) return ESTABLISHED;
  if (session.xauthStatus === 'FAIL') {
    return {
      outcome: 'failed',
      stop: stopAt(last, message, 'authentication', 'refused'),
      stoppedAt: `XAuth ended with XAUTH_STATUS FAIL (packet ${last.messages[0]?.frame ?? message.frame})`,
    };
  }
  if (session.rekeyOf !== undefined) return ESTABLISHED;
  const alone = last.messages.length === 1;
  return {
    outcome: alone
      ? gaveUp(of, message)
        ? 'failed'
        : 'incomplete'
      : secondsAfter(of, message) > ABANDONED_SECONDS
        ? 'failed'
        : 'incomplete',
    stop: stopAt(last, message, 'authentication', alone ? 'unanswered' : 'abandoned'),
    stoppedAt: alone
      ? `Transaction (XAuth or mode config) ${unansweredText(message)}`
      : `phase 1 and ${transactions.length} Transaction exchanges (XAuth or mode config) complete, no quick mode followed: so does a refused password look without keys`,
  };
}
