import type { Outcome } from '../../shared/probe.js';
import type { ProbeContext } from '../probe.js';
import type { ProbeId } from '../probe-ids.js';
import { endedOutcome } from './ended.js';
import { idleEnd } from './idle-end.js';
import type { ProbeFacts } from './probe-facts.js';

/** Milliseconds for an answer to a session begun anew: a repetition fits in. */
const PATIENCE = 2500;

/** Whether the session was up and ended because nothing came any more. */
export function hasFallenSilent({ upAt, ended }: Pick<ProbeFacts, 'upAt' | 'ended'>): boolean {
  return upAt !== undefined && ended?.refusal?.code === 'ping-timeout';
}

/** The peer stopped answering on a session that was up: whether it answers whoever begins anew tells a restart from a dead path. */
export async function fallenSilent(id: ProbeId, context: ProbeContext): Promise<Outcome> {
  const { facts, link, target } = context;
  const outcome = endedOutcome(id, context);
  const { remote } = facts;
  if (remote === undefined) return outcome;
  const answer = await link.ask(remote, target.settings[remote.protocol], PATIENCE).catch(() => undefined);
  const said =
    answer?.kind === 'answered'
      ? `it answers whoever begins anew: it was restarted and no longer knows this session ("TLS keys are out of sync" in its log), or a NAT on the way has forgotten it, or ${idleEnd(facts)}`
      : 'it does not answer whoever begins anew either: it is down, or the path no longer lets packets through';
  return {
    ...outcome,
    text: `${outcome.text}; ${said}`,
    findings: (outcome.findings ?? []).map((finding) => ({ ...finding, cause: `${finding.cause} Asked again, ${said}.` })),
  };
}
