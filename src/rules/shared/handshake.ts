import { count } from '../../bytes/count.js';
import type { CaptureFacts } from '../../model/capture-facts.js';
import type { Evidence } from '../../model/finding.js';
import type { IkeMessageFacts, IkeSession, NotifyFacts } from '../../model/ike-session.js';
import { secondsBetween } from '../../model/seconds-between.js';
import { EXCHANGE, EXCHANGE_V1 } from '../../wire/ike/tables/exchange-types.js';
import { listenedAfter, span } from './clock.js';
import type { Peers } from './peers.js';

/* Where a negotiation stands, read from its messages. */

export const MAIN_MODE = EXCHANGE_V1['Identity Protection (Main Mode)'];

/** The messages without copies; of one that came in IKE fragments the one that completed it stands for all. */
export function distinctMessages(session: IkeSession): readonly IkeMessageFacts[] {
  return session.messages.filter((m) => m.retransmissionOf === undefined && (m.fragment === undefined || m.whole !== undefined));
}

/** The message and its retransmissions, in order; without what the capture only saw twice. */
export function copiesOf(session: IkeSession, message: IkeMessageFacts): readonly IkeMessageFacts[] {
  return session.messages.filter((m) => m.frame === message.frame || (m.retransmissionOf === message.frame && m.duplicate === undefined));
}

/** Bytes from the first SPI on, of all IKE fragments together. */
export function lengthOf({ length, whole }: IkeMessageFacts): number {
  return whole?.length ?? length;
}

/** A message after which the other end said nothing new in its session. */
export interface Silence {
  readonly message: IkeMessageFacts;
  readonly copies: readonly IkeMessageFacts[];
  /** Seconds between the copies. */
  readonly intervals: readonly number[];
  /** Seconds that the capture goes on after the first copy. */
  readonly waited: number;
  /** Bytes of the whole message, its IKE fragments together. */
  readonly length: number;
}

/** Without a repetition it takes this long until silence is silence, seconds. */
const PATIENCE = 10;
/** And so long with one: a repetition can cross the answer. */
const LEAST_WAIT = 0.3;

/**
 * The message that a session ends with unanswered: the first of the last row of messages from one side. What the other side only repeats is no answer.
 * Undefined when the capture ends too soon to tell.
 */
export function trailingSilence(facts: CaptureFacts, session: IkeSession): Silence | undefined {
  const messages = distinctMessages(session);
  const last = messages.at(-1);
  if (last === undefined) return undefined;
  let at = messages.length - 1;
  while (at > 0 && messages[at - 1]?.fromInitiator === last.fromInitiator) at--;
  const message = messages[at] as IkeMessageFacts;
  const copies = copiesOf(session, message);
  const waited = listenedAfter(facts, message);
  const heardOut = copies.length > 1 ? listenedAfter(facts, copies.at(-1) ?? message) >= 0 && waited >= LEAST_WAIT : waited >= PATIENCE;
  if (!heardOut) return undefined;
  return { message, copies, intervals: intervalsOf(copies), waited, length: lengthOf(message) };
}

export function intervalsOf(messages: readonly IkeMessageFacts[]): readonly number[] {
  return messages.slice(1).map((m, i) => secondsBetween(messages[i] as IkeMessageFacts, m));
}

/** `4 times within 24 s` */
export function repetitionText({ copies, waited }: Silence): string {
  const last = copies.at(-1);
  const first = copies[0];
  if (copies.length === 1 || first === undefined || last === undefined) return `once, and ${span(waited)} passed without an answer`;
  return `${count(copies.length, 'time')} within ${span(secondsBetween(first, last))}`;
}

/** Both halves of the key exchange were seen: what follows is encrypted. */
export function hasKeys(session: IkeSession): boolean {
  return session.messages.some(
    (m) =>
      !m.fromInitiator &&
      (m.exchangeType === EXCHANGE.IKE_SA_INIT || m.exchangeType === MAIN_MODE || m.exchangeType === EXCHANGE_V1.Aggressive) &&
      m.payloads.includes('KE'),
  );
}

/** The responder said anything at all. */
export function responderHeard(session: IkeSession): boolean {
  return session.messages.some((m) => !m.fromInitiator);
}

/** Main Mode's message 5 (from the initiator) or 6: the ones with identity and hash (RFC 2409 §5). */
export function phase1Auth(session: IkeSession, fromInitiator: boolean): IkeMessageFacts | undefined {
  return distinctMessages(session).find((m) => m.exchangeType === MAIN_MODE && m.encrypted && m.fromInitiator === fromInitiator);
}

/** The IKE SA came up as far as the wire shows. */
export function cameUp(session: IkeSession): boolean {
  return session.outcome === 'established';
}

/** A negotiation of these peers that began with `session` or later did come up: the fault went away. */
export function recovered(peers: Peers, session: IkeSession): boolean {
  return peers.sessions.some((s) => cameUp(s) && secondsBetween(session.firstTime, s.firstTime) >= 0);
}

export function seen(message: IkeMessageFacts, text: string, field?: string): Evidence {
  return field === undefined ? { frame: message.frame, text } : { frame: message.frame, field, text };
}

/** A notify and the message that holds it. */
export interface NotifySeen {
  readonly message: IkeMessageFacts;
  readonly notify: NotifyFacts;
}

/** Notifies that can be read, retransmissions left out. */
export function notifiesOf(session: IkeSession, wanted: (notify: NotifyFacts) => boolean): readonly NotifySeen[] {
  const found: NotifySeen[] = [];
  for (const message of session.messages) {
    if (message.retransmissionOf !== undefined) continue;
    for (const notify of message.notifies) if (wanted(notify)) found.push({ message, notify });
  }
  return found;
}

/** `IKEv1 Main Mode`, `IKEv2`. */
export function kindOf(session: IkeSession): string {
  if (session.protocol === 'ikev2') return 'IKEv2';
  return session.mode === undefined ? 'IKEv1' : `IKEv1 ${session.mode} Mode`;
}

/** `initiator 10.0.0.1` */
export const initiatorOf = (session: IkeSession): string => `initiator ${session.initiator.address}`;
export const responderOf = (session: IkeSession): string => `responder ${session.responder.address}`;
export const senderOf = (session: IkeSession, fromInitiator: boolean): string =>
  fromInitiator ? initiatorOf(session) : responderOf(session);
