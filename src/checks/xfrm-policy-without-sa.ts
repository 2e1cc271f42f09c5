import type { XfrmPolicy } from '../host/linux/xfrm-policies.js';
import type { Connection } from '../model/connection.js';
import type { Check, CheckLine } from './check.js';
import { asRoot, hostFinding } from './shared/finding.js';
import { pass, skip, unseen } from './shared/lines.js';
import { type PolicyFacts, policyReads, readPolicyFacts } from './shared/policy-facts.js';
import { policyInWords, protecting, relation, statesFor } from './shared/policy-selectors.js';
import { placeOf, type Tunnels } from './shared/tunnels.js';

const LABEL = 'policies have their SAs';

export const check: Check<PolicyFacts> = {
  id: 'xfrm-policy-without-sa',
  group: 'routing',
  title: 'every policy has an SA, or waits for traffic to ask for one',
  reads: policyReads,
  refs: ['RFC 4301 §4.4.1', 'ip-xfrm(8)'],
  facts: readPolicyFacts,
  judge({ policies, states, tunnels, daemon }) {
    if (!policies.ok) return [unseen(LABEL, policies)];
    if (!states.ok) return [unseen(LABEL, states)];
    const out = protecting(policies.value).filter(
      ({ direction, templates }) => direction === 'out' && templates.some(({ optional }) => !optional),
    );
    if (out.length === 0) return [skip(LABEL, 'no policy is in force')];
    // Without a daemon nobody will negotiate: what is there is left over, and xfrm-stale-policy says so.
    if (!daemon) return [skip(LABEL, 'no IKE daemon runs')];
    const bare = out.filter((policy) => statesFor(policy, states.value).length === 0);
    const lines = bare.flatMap((policy) => bareLine(policy, tunnels));
    if (lines.length > 0) return lines;
    const waiting = bare.length === 0 ? '' : `, ${bare.length} of them wait${bare.length === 1 ? 's' : ''} for traffic`;
    return [pass(LABEL, `${out.length} polic${out.length === 1 ? 'y' : 'ies'}${waiting}`)];
  },
};

/** A trap is a policy without SA on purpose; one that belongs to a connection to be kept up is a tunnel that is down. */
function bareLine(policy: XfrmPolicy, { ipsec }: Tunnels): readonly CheckLine[] {
  const connection = ipsec.find((candidate) => relation(policy, candidate) === 'within');
  // What belongs to no connection is another check's: xfrm-stale-policy.
  if (connection === undefined || !/^(start|up)$/.test(connection.auto.value)) return [];
  return [
    {
      status: 'warn',
      label: LABEL,
      detail: `${connection.name}: none for ${policyInWords(policy)}`,
      finding: hostFinding(check.id, {
        severity: 'warning',
        confidence: 0.85,
        title: `${connection.name} is to be up, but no SA serves its policy`,
        cause:
          'Packets that match the policy are dropped until an SA is there: the negotiation has failed, is under way, or was not begun. The log of the daemon says which.',
        evidence: [
          { text: `ip xfrm policy: ${policyInWords(policy)}` },
          { text: 'ip xfrm state: none with its ends and reqid' },
          { ...placeOf(connection.auto), text: `${connection.name}: ${connection.auto.value}` },
        ],
        fix: [asRoot(initiation(connection))],
        retest: `vpndoctor verify --only ${check.id}; vpndoctor sniff --ike while it negotiates`,
        refs: check.refs,
        subject: connection.name,
      }),
    },
  ];
}

/** The command that brings a connection up. In swanctl.conf it is `connection/child`. */
function initiation({ dialect, name }: Connection): string {
  if (dialect !== 'swanctl') return `ipsec ${dialect === 'libreswan' || dialect === 'openswan' ? 'auto --up' : 'up'} ${name}`;
  const [ike, child = ike] = name.split('/');
  return `swanctl --initiate --ike ${ike} --child ${child}`;
}
