import { count } from '../bytes/count.js';
import type { IkeSession } from '../model/ike-session.js';

type Outcome = IkeSession['outcome'];

/** Sessions drawn without `--verbose`. A gateway has thousands, and the one that failed must not drown among them. */
const LIMIT = 50;

/** What somebody who looks for a fault wants to see first. */
const ORDER: readonly Outcome[] = ['failed', 'incomplete', 'established'];

/** Questions beside a session, as a probe asks by the dozen, that are drawn. */
const QUESTIONS = 3;

/**
 * The sessions to be drawn, in the order of the capture: all of them up to a number, beyond it the failed ones first.
 * Of a probe, its own session: what it asked besides, in all ways that could be, is counted. `rest` says in a line how many are left out; undefined when none is.
 */
export function chooseSessions<T extends Pick<IkeSession, 'outcome' | 'question'>>(
  sessions: readonly T[],
  noun: string,
  limit = LIMIT,
): { readonly shown: readonly T[]; readonly rest: string | undefined } {
  const told = sessions.filter(({ question }) => question !== true);
  const asked = sessions.length - told.length;
  if (told.length > 0 && asked > QUESTIONS) {
    const { shown, rest } = chooseSessions(told, noun, limit);
    const questions = `${asked} more are only questions of vpndoctor, not drawn: -v draws all, --json has every one.`;
    return { shown, rest: rest === undefined ? questions : `${rest} ${questions}` };
  }
  if (sessions.length <= limit) return { shown: sessions, rest: undefined };
  const byInterest = ORDER.flatMap((outcome) => sessions.filter((session) => session.outcome === outcome));
  const chosen = new Set(byInterest.slice(0, limit));
  const left = byInterest.slice(limit);
  const outcomes = ORDER.map((outcome) => ({ outcome, number: left.filter((session) => session.outcome === outcome).length }))
    .filter(({ number }) => number > 0)
    .map(({ outcome, number }) => `${number} ${outcome}`);
  return {
    shown: sessions.filter((session) => chosen.has(session)),
    rest: `${count(left.length, `more ${noun}`)} not drawn (${outcomes.join(', ')}): -v draws all, --host and --spi choose, --json has every one.`,
  };
}
