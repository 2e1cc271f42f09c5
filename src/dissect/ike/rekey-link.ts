import { secondsBetween } from '../../model/seconds-between.js';
import { EXCHANGE } from '../../wire/ike/tables/exchange-types.js';
import { replyOf, requestOf } from './exchange-log.js';
import type { SessionState } from './session-state.js';

/** The first messages of a new IKE SA are numbered from 0 by either end (RFC 7296 §2.2). */
const FIRST_IDS = 1;

/**
 * Joins IKEv2 SAs of which the capture shows no beginning to the SA they replaced, where nothing was decrypted: same two
 * addresses, message ids from the start, and a CREATE_CHILD_SA answered in the old one shortly before. Marked as not certain.
 */
export function linkRekeys(sessions: readonly SessionState[]): void {
  const byEnds = new Map<string, SessionState[]>();
  for (const session of sessions) {
    if (session.version !== 2) continue;
    const ends = [session.initiator.address, session.responder.address].sort().join(' ');
    const earlier = byEnds.get(ends) ?? [];
    byEnds.set(ends, [...earlier.slice(-MAX_CANDIDATES), session]);
    if (!session.startsMidway || session.rekeyOf !== undefined || !beginsCounting(session)) continue;
    const old = earlier.findLast((candidate) => candidate.rekeyedTo === undefined && couldMake(candidate, session));
    if (old === undefined) continue;
    session.rekeyOf = { spiI: `0x${old.spiI}`, spiR: `0x${old.spiR}`, certain: false };
    old.rekeyedTo = { spiI: `0x${session.spiI}`, spiR: `0x${session.spiR}`, certain: false };
  }
}

/** Sessions between two addresses that are looked back at. */
const MAX_CANDIDATES = 16;

function beginsCounting({ exchanges }: SessionState): boolean {
  const [first] = exchanges.all();
  return first !== undefined && first.messageId <= FIRST_IDS && first.exchangeType > EXCHANGE.IKE_AUTH;
}

function couldMake(old: SessionState, { firstTime }: SessionState): boolean {
  return old.exchanges.all().some((exchange) => {
    if (exchange.exchangeType !== EXCHANGE.CREATE_CHILD_SA || requestOf(exchange)?.opened === true) return false;
    const reply = replyOf(exchange);
    return reply !== undefined && secondsBetween(reply.time, firstTime) >= 0;
  });
}
