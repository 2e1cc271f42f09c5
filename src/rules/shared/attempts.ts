import type { CaptureFacts } from '../../model/capture-facts.js';
import type { Severity } from '../../model/finding.js';
import type { IkeSession } from '../../model/ike-session.js';
import { recovered } from './handshake.js';
import { type Peers, peersOf } from './peers.js';

/** The attempts of two peers that a rule has something to say about. */
export interface Attempts<T> {
  readonly peers: Peers;
  /** The first of them. */
  readonly session: IkeSession;
  readonly hit: T;
  /** All of them, in order; at least one. */
  readonly all: readonly { readonly session: IkeSession; readonly hit: T }[];
  /** `error`, or `warning` when a later attempt came up. */
  readonly severity: Severity;
}

/** One entry for each pair of peers with sessions that `match` finds something in: an initiator that tries for hours is one case. */
export function* attemptsOf<T>(facts: CaptureFacts, match: (session: IkeSession, peers: Peers) => T | undefined): Generator<Attempts<T>> {
  for (const peers of peersOf(facts)) {
    const all: { session: IkeSession; hit: T }[] = [];
    for (const session of peers.sessions) {
      const hit = match(session, peers);
      if (hit !== undefined) all.push({ session, hit });
    }
    const [first] = all;
    if (first === undefined) continue;
    // Later sessions stand later: when the last attempt was followed by one that came up, all were.
    const last = all.at(-1) ?? first;
    yield { peers, ...first, all, severity: recovered(peers, last.session) ? 'warning' : 'error' };
  }
}

/** ` (and in 3 further attempts)`, or nothing. */
export function furtherAttempts({ all }: Attempts<unknown>): string {
  return all.length < 2 ? '' : ` (and in ${all.length - 1} further attempt${all.length === 2 ? '' : 's'})`;
}

/** A sentence for what came up after all. */
export function recoveryText({ severity }: Attempts<unknown>): string {
  return severity === 'warning' ? ' A later attempt of these peers came up.' : '';
}
