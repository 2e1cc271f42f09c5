import type { Outcome } from '../../shared/probe.js';
import type { ProbeContext } from '../probe.js';
import type { ProbeId } from '../probe-ids.js';
import { endedOutcome } from './ended.js';

/** A tunnel that was up and that the peer took down, by a word of its own: whatever the step saw itself is of no account then. */
export function takenDown(context: ProbeContext, id: ProbeId): Outcome | undefined {
  const { upAt, ended } = context.facts;
  if (upAt === undefined || ended?.by !== 'peer') return undefined;
  const code = ended.refusal?.code;
  // What else a peer refuses is said by the step in which it does.
  return code === undefined || code === 'restart' || code === 'halt' ? endedOutcome(id, context) : undefined;
}
