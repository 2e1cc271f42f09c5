import type { IcmpErrorFacts } from '../../model/capture-facts.js';
import type { HiddenErrorFacts, IkeSession, NotifyFacts, StopFacts } from '../../model/ike-session.js';
import type { Timestamp } from '../../model/packet.js';
import type { SaFacts } from '../../model/sa.js';
import { secondsBetween } from '../../model/seconds-between.js';
import type { LoggedExchange, LoggedMessage } from './exchange-log.js';
import { endOf, type SessionState } from './session-state.js';

/** What the rest of a capture says about a session. Without it some outcomes stay `incomplete`. */
export interface OutcomeContext {
  /** ESP and AH that was seen. */
  readonly sas?: readonly SaFacts[];
  readonly icmpErrors?: readonly IcmpErrorFacts[];
  /** Of the last packet, of whatever protocol. */
  readonly lastTime?: Timestamp;
}

/** Outcome of a session and the reasons for it. */
export interface Verdict {
  readonly outcome: IkeSession['outcome'];
  readonly stop?: StopFacts;
  readonly stoppedAt?: string;
  readonly hiddenError?: HiddenErrorFacts;
}

/** Third time of sending: whoever sends a third copy has waited for an answer long enough to know that there is none. */
const COPIES_TO_GIVE_UP = 3;
/** Silence in which every implementation would have sent again. */
const SILENCE_SECONDS = 15;

export const ESTABLISHED: Verdict = { outcome: 'established' };

/** Everything a verdict is made from. */
export interface Case {
  readonly session: SessionState;
  /** All sessions of the capture. */
  readonly sessions: readonly SessionState[];
  readonly context: OutcomeContext;
  readonly exchanges: readonly LoggedExchange[];
}

/** Nobody is going to answer this message any more, as far as the capture goes on behind it. */
export function gaveUp({ session, sessions, context }: Case, message: LoggedMessage): boolean {
  if (message.copies >= COPIES_TO_GIVE_UP) return true;
  const { lastTime, icmpErrors = [] } = context;
  if (lastTime !== undefined && secondsBetween(message.lastTime, lastTime) >= SILENCE_SECONDS) return true;
  const end = endOf(message.fromInitiator);
  const from = session.now[end].address;
  const to = session.now[endOf(!message.fromInitiator)].address;
  const refused = icmpErrors.some(
    ({ quoted, ...time }) =>
      quoted.src === from && quoted.dst === to && quoted.dstPort === message.port && secondsBetween(message.time, time) >= 0,
  );
  if (refused) return true;
  // The same end has begun anew.
  return sessions.some(
    (later) =>
      later.id > session.id &&
      later.initiator.address === session.initiator.address &&
      later.responder.address === session.responder.address &&
      secondsBetween(message.lastTime, later.firstTime) > 0,
  );
}

/** Seconds of capture behind a message; 0 when that is not known. */
export function secondsAfter({ context }: Case, message: LoggedMessage): number {
  return context.lastTime === undefined ? 0 : Math.max(0, secondsBetween(message.lastTime, context.lastTime));
}

/** ESP or AH between the two ends at or after a time, in either direction. */
export function trafficSince({ session, context }: Case, since: Timestamp): boolean {
  const ends = [session.initiator.address, session.responder.address, session.now.initiator.address, session.now.responder.address];
  return (context.sas ?? []).some(
    ({ src, dst, firstTime }) => src !== dst && ends.includes(src) && ends.includes(dst) && secondsBetween(since, firstTime) >= 0,
  );
}

export function stopAt(
  exchange: LoggedExchange,
  message: LoggedMessage,
  stage: StopFacts['stage'],
  reason: StopFacts['reason'],
): StopFacts {
  return {
    stage,
    reason,
    exchange: exchange.exchange,
    frame: message.frame,
    fromInitiator: message.fromInitiator,
    copies: message.copies,
    length: message.length,
    ipFragments: message.ipFragments,
    ikeFragments: Math.max(1, message.pieces.size),
    ...(message.number === undefined ? {} : { messageNumber: message.number }),
    ...(message.port === undefined ? {} : { port: message.port }),
  };
}

/** `sent 4 times to UDP 4500 in 24.2 s, in 2 IP fragments, never answered`. */
export function unansweredText(message: LoggedMessage): string {
  const { copies, port, ipFragments, pieces, tcp } = message;
  const seconds = secondsBetween(message.time, message.lastTime);
  const parts = [
    `sent ${copies === 1 ? 'once' : `${copies} times`}${port === undefined ? '' : ` to ${tcp ? 'TCP' : 'UDP'} ${port}`}${copies === 1 ? '' : ` in ${seconds.toFixed(1)} s`}`,
    ...(ipFragments > 1 ? [`in ${ipFragments} IP fragments`] : []),
    ...(pieces.size > 1 ? [`in ${pieces.size} IKE fragments`] : []),
    `${message.length} bytes`,
    'never answered',
  ];
  return parts.join(', ');
}

/** The first error among notifies. */
export function errorOf(notifies: readonly NotifyFacts[]): NotifyFacts | undefined {
  return notifies.find((notify) => notify.isError);
}

/** `NO_PROPOSAL_CHOSEN`, `INVALID_KE_PAYLOAD, group 19 (ECP_256)`. */
export function notifyText({ name, detail }: NotifyFacts): string {
  return detail === undefined ? name : `${name}, ${detail}`;
}

/**
 * The verdict on a session whose IKE SA is up: a tunnel needs a child, so that a first child that was refused or never answered,
 * with none that came up, is a failure of the session.
 */
export function judgeChildren(session: SessionState, last: { readonly givenUp: boolean; readonly unanswered?: string }): Verdict {
  const { items } = session.children;
  const up = items.some(({ outcome }) => outcome === 'established' || outcome === 'hidden');
  const refused = items.find(({ outcome }) => outcome === 'refused');
  if (up || items.length === 0 || session.rekeyOf !== undefined || session.startsMidway) return ESTABLISHED;
  if (refused !== undefined) {
    return {
      outcome: 'failed',
      stoppedAt: `authenticated, CHILD_SA refused: ${refused.refusal?.text ?? 'no reason seen'} (packet ${refused.refusal?.frame ?? refused.frame})`,
    };
  }
  if (last.unanswered === undefined) return ESTABLISHED;
  return { outcome: last.givenUp ? 'failed' : 'incomplete', stoppedAt: `authenticated, ${last.unanswered}` };
}
