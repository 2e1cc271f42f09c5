import type { NotifyFacts } from '../../model/ike-session.js';
import type { Timestamp } from '../../model/packet.js';
import { secondsBetween } from '../../model/seconds-between.js';
import { EXCHANGE, EXCHANGE_V1 } from '../../wire/ike/tables/exchange-types.js';
import type { ChildState } from './child-state.js';
import { FirstAndLast } from './first-and-last.js';

/** What the log needs to know of a message as it comes in; of a fragmented one it gets every fragment. */
export interface IncomingMessage {
  readonly frame: number;
  readonly time: Timestamp;
  readonly version: 1 | 2;
  readonly exchangeType: number;
  /** Name of the exchange. */
  readonly exchange: string;
  readonly messageId: number;
  readonly fromInitiator: boolean;
  /** The R flag of IKEv2; false in IKEv1. */
  readonly response: boolean;
  /** Of all its bytes: equal for copies of one message. */
  readonly digest: number;
  readonly length: number;
  readonly ipFragments: number;
  readonly port: number | undefined;
  readonly tcp: boolean;
  readonly encrypted: boolean;
  /** `set` tells IKEv1's fragmented messages apart. */
  readonly fragment: { readonly set: number; readonly number: number } | undefined;
}

/** A message as it was meant: its copies and fragments are in the figures. */
export interface LoggedMessage {
  /** Frame of the first copy, of a fragmented one the frame that completed it. */
  frame: number;
  readonly time: Timestamp;
  readonly fromInitiator: boolean;
  readonly response: boolean;
  readonly port: number | undefined;
  readonly tcp: boolean;
  /** Of all fragments together. */
  length: number;
  ipFragments: number;
  encrypted: boolean;
  /** It was opened with a key. */
  opened: boolean;
  /** Times it was sent, the first included. */
  copies: number;
  lastTime: Timestamp;
  /** Seconds between copies. */
  intervals: readonly number[];
  /** Numbers of the fragments seen; empty when it came in one piece. */
  readonly pieces: ReadonlySet<number>;
  readonly set: number | undefined;
  /** IKEv1: its place in the exchange, from 1, as far as its content or the order tells. */
  number: number | undefined;
  /** Notifies visible in it. */
  notifies: readonly NotifyFacts[];
  /** Names of the payloads visible in it. */
  payloads: readonly string[];
}

export interface LoggedExchange {
  readonly version: 1 | 2;
  readonly exchange: string;
  readonly exchangeType: number;
  readonly messageId: number;
  /** Who began it. */
  readonly fromInitiator: boolean;
  /** Distinct messages in order. */
  readonly messages: LoggedMessage[];
  /** The CHILD_SA that it makes. */
  child: ChildState | undefined;
  /** The initiator's SPI of the IKE SA that it makes instead: 16 hex digits. */
  replacement: string | undefined;
}

export interface Noted {
  readonly exchange: LoggedExchange;
  readonly message: LoggedMessage;
  /** `first`: seen for the first time; `piece`: a further fragment of it; `copy`: sent again; `duplicate`: the capture saw one packet twice. */
  readonly how: 'first' | 'piece' | 'copy' | 'duplicate';
  /** Frame of the first copy of this very datagram, for `copy` and `duplicate`. */
  readonly copyOf: number | undefined;
}

interface Seen {
  readonly digest: number;
  readonly fromInitiator: boolean;
  readonly frame: number;
  readonly exchange: LoggedExchange;
  readonly message: LoggedMessage;
  readonly fragment: number | undefined;
  last: Timestamp;
}

/** Nobody sends a copy that soon; captures on several interfaces see one packet twice within microseconds. */
const DUPLICATE_SECONDS = 0.01;
const MAX_EXCHANGES = 512;
/** Copies and replies come soon: what is older than this many datagrams or exchanges is not looked for. */
const MAX_SEEN = 256;
const MAX_OPEN = 64;
/** No exchange has more distinct messages than main mode's six; beyond this somebody plays. */
const MAX_MESSAGES = 16;
const MAX_INTERVALS = 32;

/** Sorts the messages of one session into exchanges, copies and fragments. Bounded. */
export class ExchangeLog {
  readonly #exchanges = new FirstAndLast<LoggedExchange>(MAX_EXCHANGES);
  /** Oldest first. Lists, because most sessions have a handful of either. */
  readonly #open: LoggedExchange[] = [];
  readonly #seen: Seen[] = [];

  /** In order of their first messages. */
  all(): readonly LoggedExchange[] {
    return this.#exchanges.toArray();
  }

  note(incoming: IncomingMessage): Noted {
    const { frame, digest, fromInitiator, time } = incoming;
    const at = this.#seen.findIndex((one) => one.digest === digest && one.fromInitiator === fromInitiator);
    const seen = this.#seen[at];
    if (seen !== undefined && !this.#isLoop(seen, incoming)) return this.#again(seen, incoming);
    const { exchange, message, how } = this.#place(incoming);
    const first: Seen = { digest, fromInitiator, frame, exchange, message, fragment: incoming.fragment?.number, last: time };
    if (seen !== undefined) this.#seen[at] = first;
    else if (this.#seen.push(first) > MAX_SEEN) this.#seen.shift();
    return { exchange, message, how, copyOf: how === 'copy' ? message.frame : undefined };
  }

  /** In a loop of cookies or groups old bytes come again, but as a new attempt or as the answer to one. */
  #isLoop({ exchange }: Seen, incoming: IncomingMessage): boolean {
    return isOpening(incoming) && this.#open.find((open) => isPartOf(open, incoming)) !== exchange;
  }

  #again(seen: Seen, incoming: IncomingMessage): Noted {
    const { exchange, message } = seen;
    const gap = secondsBetween(seen.last, incoming.time);
    seen.last = incoming.time;
    if (gap < DUPLICATE_SECONDS) return { exchange, message, how: 'duplicate', copyOf: seen.frame };
    // One round of fragments is one copy: its first fragment counts.
    if (seen.fragment === undefined || seen.fragment === firstOf(message.pieces)) countCopy(message, incoming);
    message.ipFragments = Math.max(message.ipFragments, incoming.ipFragments);
    return { exchange, message, how: 'copy', copyOf: seen.frame };
  }

  #place(incoming: IncomingMessage): Omit<Noted, 'copyOf'> {
    const at = this.#open.findIndex((open) => isPartOf(open, incoming));
    let exchange = this.#open[at];
    if (exchange !== undefined && (exchange.exchangeType !== incoming.exchangeType || isNewAttempt(exchange, incoming)))
      exchange = undefined;
    if (exchange === undefined) {
      exchange = newExchange(incoming);
      this.#exchanges.push(exchange);
      if (at >= 0) this.#open[at] = exchange;
      else if (this.#open.push(exchange) > MAX_OPEN) this.#open.shift();
    }
    const known = exchange.messages.findLast((message) => isSame(message, incoming));
    if (known !== undefined && incoming.fragment !== undefined) {
      if (known.pieces.has(incoming.fragment.number)) {
        if (incoming.fragment.number === firstOf(known.pieces)) countCopy(known, incoming);
        return { exchange, message: known, how: 'copy' };
      }
      (known.pieces as Set<number>).add(incoming.fragment.number);
      known.frame = incoming.frame;
      known.length += incoming.length;
      known.ipFragments = Math.max(known.ipFragments, incoming.ipFragments);
      return { exchange, message: known, how: 'piece' };
    }
    if (known !== undefined) {
      countCopy(known, incoming);
      return { exchange, message: known, how: 'copy' };
    }
    const message = newMessage(incoming);
    if (exchange.messages.length < MAX_MESSAGES) exchange.messages.push(message);
    return { exchange, message, how: 'first' };
  }
}

/** In IKEv2 both ends count the exchanges they begin (RFC 7296 §2.2); in IKEv1 ids are random (RFC 2408 §3.1). */
function isPartOf(exchange: LoggedExchange, incoming: IncomingMessage): boolean {
  if (exchange.messageId !== incoming.messageId || exchange.version !== incoming.version) return false;
  if (incoming.version === 1) return exchange.exchangeType === incoming.exchangeType;
  return exchange.fromInitiator === (incoming.fromInitiator !== incoming.response);
}

function newExchange({ version, exchange, exchangeType, messageId, fromInitiator, response }: IncomingMessage): LoggedExchange {
  return {
    version,
    exchange,
    exchangeType,
    messageId,
    fromInitiator: fromInitiator !== response,
    messages: [],
    child: undefined,
    replacement: undefined,
  };
}

/** An IKE_SA_INIT sent again with a cookie or another KE is no copy (RFC 7296 §2.6, §1.2). */
function isNewAttempt(exchange: LoggedExchange, incoming: IncomingMessage): boolean {
  return isOpening(incoming) && !incoming.response && exchange.messages.length > 0;
}

function isOpening({ version, exchangeType }: IncomingMessage): boolean {
  return version === 2 && (exchangeType === EXCHANGE.IKE_SA_INIT || exchangeType === EXCHANGE.IKE_SESSION_RESUME);
}

/**
 * A message of other bytes that still is the one known. IKEv2: one message id, one request and one reply, so an encrypted one that
 * differs was encrypted or fragmented anew (RFC 7383 §2.6.1). IKEv1: only fragments of one set.
 */
function isSame(message: LoggedMessage, incoming: IncomingMessage): boolean {
  if (message.fromInitiator !== incoming.fromInitiator || message.response !== incoming.response) return false;
  if (incoming.version === 1) return incoming.fragment !== undefined && message.set === incoming.fragment.set;
  return incoming.encrypted && message.encrypted;
}

/** Most messages have none of these: they share an empty one. */
const NOTHING: readonly never[] = Object.freeze([]);
const NO_PIECES: ReadonlySet<number> = new Set();

function newMessage(incoming: IncomingMessage): LoggedMessage {
  const { frame, time, fromInitiator, response, length, ipFragments, encrypted, fragment, port, tcp } = incoming;
  return {
    frame,
    time,
    fromInitiator,
    response,
    port,
    tcp,
    length,
    ipFragments,
    encrypted,
    opened: false,
    copies: 1,
    lastTime: time,
    intervals: NOTHING,
    pieces: fragment === undefined ? NO_PIECES : new Set([fragment.number]),
    set: fragment?.set,
    number: undefined,
    notifies: NOTHING,
    payloads: NOTHING,
  };
}

function countCopy(message: LoggedMessage, incoming: IncomingMessage): void {
  message.copies++;
  if (message.intervals.length < MAX_INTERVALS) message.intervals = [...message.intervals, secondsBetween(message.lastTime, incoming.time)];
  message.lastTime = incoming.time;
}

function firstOf(pieces: ReadonlySet<number>): number | undefined {
  for (const piece of pieces) return piece;
  return undefined;
}

/** Nobody answers it: an IKEv1 Informational (RFC 2409 §5.7). */
export function isOneWay({ version, exchangeType }: LoggedExchange): boolean {
  return version === 1 && exchangeType === EXCHANGE_V1.Informational;
}

/** The first message of an exchange, by whoever began it. */
export function requestOf(exchange: LoggedExchange): LoggedMessage | undefined {
  return exchange.messages.find((message) => message.fromInitiator === exchange.fromInitiator && !message.response);
}

/** The first message of the other end. */
export function replyOf(exchange: LoggedExchange): LoggedMessage | undefined {
  return exchange.messages.find((message) => message.fromInitiator !== exchange.fromInitiator);
}
