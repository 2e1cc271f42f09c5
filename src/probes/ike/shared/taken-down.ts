import { probeFinding } from '../../shared/finding.js';
import type { Outcome } from '../../shared/probe.js';
import type { ProbeContext } from '../probe.js';
import { type ProbeId, probeIds } from '../probe-ids.js';

/**
 * The peer deleted the CHILD_SA or the IKE SA in the middle of a probe: said at the step in which that came to light, as everything
 * behind it would only see that there is no tunnel. Steps before `child` have reasons of their own.
 */
export function takenDown({ target, facts }: ProbeContext, id: ProbeId, { text: saw }: Outcome): Outcome | undefined {
  const what = facts.takenDown;
  if (what === undefined || probeIds.indexOf(id) < probeIds.indexOf('child')) return undefined;
  const text = `the peer deleted the ${what} while the probe was going on`;
  const details = id === 'child' ? [] : [`until then: ${saw}`];
  return {
    status: 'fail',
    text,
    details,
    findings: [
      probeFinding(target, facts, {
        slug: 'deleted-by-peer',
        severity: 'error',
        confidence: 0.95,
        title: `The tunnel came up, and ${facts.address} deleted the ${what} by itself`,
        cause: `It sent a Delete, which gives no reason. Another end with our identity came up and took our place (uniqueids, unique = replace), its ${what === 'IKE SA' ? 'time for authenticating anew (reauth)' : 'lifetime'} or time of idleness is very short, or somebody, or a script there, took the tunnel down.`,
        evidence: [{ text: `step ${id}: ${text}` }],
        fix: [
          { end: 'theirs', text: 'its log at that moment: journalctl -u strongswan -u ipsec --since -10min' },
          {
            end: 'ours',
            text: 'does the gateway whose identity this is run? Stop it while probing, or probe with another --id that the peer has',
          },
        ],
        refs: ['RFC 7296 §1.4.1'],
      }),
    ],
  };
}
