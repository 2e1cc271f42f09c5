import { probeFinding } from '../../shared/finding.js';
import type { Outcome } from '../../shared/probe.js';
import type { ProbeContext } from '../probe.js';
import type { ProbeId } from '../probe-ids.js';

/** The flag that names the address of a step. */
const FLAGS = { echo: '--ping', 'tcp-connect': '--connect', 'udp-datagram': '--udp' } as const satisfies Partial<Record<ProbeId, string>>;
export type InnerStepId = keyof typeof FLAGS;

/** What was asked for does not fit what both ends agreed on: no packet left. */
export function outsideSelectors(
  id: InnerStepId,
  to: string,
  why: string,
  { target, facts }: Pick<ProbeContext, 'target' | 'facts'>,
): Outcome {
  const finding = probeFinding(target, facts, {
    slug: 'outside-selectors',
    severity: 'error',
    confidence: 0.97,
    title: `${to} cannot be reached through this tunnel: it lies outside the selectors`,
    cause: `No packet left: ${why}.`,
    evidence: [{ text: `step ${id}: ${why}` }, { text: `step child: ${facts.steps.get('child')?.text ?? ''}` }],
    fix: [
      {
        end: 'ours',
        text: `${FLAGS[id]} with an address within the selectors, or --remote-ts (swanctl.conf remote_ts, ipsec.conf rightsubnet) with it`,
      },
      { end: 'theirs', text: 'the same crosswise: swanctl.conf local_ts; ipsec.conf leftsubnet' },
    ],
    refs: ['RFC 4301 §4.4.1'],
  });
  return { status: 'fail', text: `nothing was sent: ${why}`, findings: [finding] };
}
