import type { XfrmPolicy } from '../host/linux/xfrm-policies.js';
import { overlaps, parseAddressRange } from '../wire/ip/address-range.js';
import type { Check, CheckLine, Mend } from './check.js';
import { asRoot, hostFinding } from './shared/finding.js';
import { pass, skip, unseen } from './shared/lines.js';
import { type PolicyFacts, policyReads, readPolicyFacts } from './shared/policy-facts.js';
import { isIn, policyInWords, protecting, relation, statesFor } from './shared/policy-selectors.js';

const LABEL = 'no policies left over';

export const check: Check<PolicyFacts> = {
  id: 'xfrm-stale-policy',
  group: 'routing',
  title: 'no policy of a former configuration takes traffic',
  reads: policyReads,
  refs: ['RFC 4301 §4.4.1', 'ip-xfrm(8)'],
  facts: readPolicyFacts,
  judge({ policies, states, tunnels, daemon }) {
    if (!policies.ok) return [unseen(LABEL, policies)];
    if (!states.ok) return [unseen(LABEL, states)];
    const all = protecting(policies.value);
    if (all.length === 0) return [skip(LABEL, 'no policy is in force')];
    const configured = [...tunnels.ipsec, ...(tunnels.off ?? [])];
    const served = (policy: XfrmPolicy) => statesFor(policy, states.value).length > 0;
    if (!daemon) {
      const dead = all.filter((policy) => !served(policy));
      // To take these away would let their traffic go out in clear: their daemon is to come back.
      const waiting = dead.filter((policy) => configured.some((connection) => relation(policy, connection) === 'within'));
      const orphans = dead.filter((policy) => !waiting.includes(policy));
      if (dead.length === 0) return [pass(LABEL, 'SAs set by hand serve them')];
      return [...(waiting.length > 0 ? [waitingLine(waiting)] : []), ...(orphans.length > 0 ? [staleLine(orphans, 'no-daemon', all)] : [])];
    }
    const lines: CheckLine[] = overriding(policies.value, all).map(overridingLine);
    // Without the whole configuration any policy may belong to what could not be read.
    if (tunnels.unread.length === 0 && configured.length > 0) {
      const relations = all.map((policy) => ({ policy, kinds: configured.map((connection) => relation(policy, connection)) }));
      const foreign = relations
        .filter(({ policy, kinds }) => !kinds.includes('within') && !kinds.includes('wider') && !served(policy))
        .map(({ policy }) => policy);
      const wider = relations.filter(({ kinds }) => !kinds.includes('within') && kinds.includes('wider')).map(({ policy }) => policy);
      if (foreign.length > 0) lines.push(staleLine(foreign, 'unconfigured', all));
      if (wider.length > 0) lines.push(staleLine(wider, 'wider', all));
    } else {
      const hijackers = all.filter((policy) => !served(policy) && victimOf(policy, all, served) !== undefined);
      if (hijackers.length > 0) lines.push(staleLine(hijackers, 'hijack', all));
    }
    return lines.length > 0 ? lines : [pass(LABEL, `${all.length} polic${all.length === 1 ? 'y' : 'ies'}`)];
  },
};

/** A policy that has an SA and comes after this one for some of the same packets. */
function victimOf(policy: XfrmPolicy, all: readonly XfrmPolicy[], served: (policy: XfrmPolicy) => boolean): XfrmPolicy | undefined {
  return all.find(
    (other) =>
      other !== policy &&
      other.direction === policy.direction &&
      other.priority > policy.priority &&
      other.mark === policy.mark &&
      other.ifId === policy.ifId &&
      served(other) &&
      touch(other.source, policy.source) &&
      touch(other.destination, policy.destination),
  );
}

interface Overriding {
  readonly policy: XfrmPolicy;
  readonly tunnel: XfrmPolicy;
}

/** Blocks and bypasses that come before a tunnel's policy and take all of its packets. What takes a part (the network here) is meant. */
function overriding(policies: readonly XfrmPolicy[], tunnels: readonly XfrmPolicy[]): readonly Overriding[] {
  return policies.flatMap((policy) => {
    const { action, templates, protocol, sourcePort, destinationPort } = policy;
    const narrowed = protocol !== undefined || sourcePort !== undefined || destinationPort !== undefined;
    if (narrowed || (action === 'allow' && templates.length > 0)) return [];
    const tunnel = tunnels.find(
      (other) =>
        other.direction === policy.direction &&
        other.priority > policy.priority &&
        other.mark === policy.mark &&
        other.ifId === policy.ifId &&
        isIn(other.source, policy.source) &&
        isIn(other.destination, policy.destination),
    );
    return tunnel === undefined ? [] : [{ policy, tunnel }];
  });
}

function overridingLine({ policy, tunnel }: Overriding): CheckLine {
  const does = policy.action === 'block' ? 'drops' : 'lets pass in clear';
  const words = policyInWords(policy);
  const mend = deletion(policy);
  return {
    status: 'fail',
    label: LABEL,
    detail: `${words} ${does} what ${policyInWords(tunnel)} should protect`,
    mend: [{ ...mend, comment: `it comes before the policy of the tunnel ${tunnel.source} > ${tunnel.destination}` }],
    finding: hostFinding(check.id, {
      what: 'overriding',
      severity: 'error',
      confidence: 0.9,
      title: `The policy ${words} ${does} everything of the tunnel ${tunnel.source} > ${tunnel.destination}`,
      cause:
        'Of policies that match, the kernel takes the one with the lowest priority number. This one wants no SA, so the tunnel behind it gets nothing, however well it is up.',
      evidence: [{ text: `ip xfrm policy: ${words}, action ${policy.action}` }, { text: `comes before ${policyInWords(tunnel)}` }],
      fix: [asRoot(mend.apply)],
      retest: `vpndoctor verify --only ${check.id}`,
      refs: check.refs,
    }),
  };
}

function touch(a: string, b: string): boolean {
  const one = parseAddressRange(a);
  const two = parseAddressRange(b);
  return one !== undefined && two !== undefined && overlaps(one, two);
}

type Why = 'no-daemon' | 'unconfigured' | 'wider' | 'hijack';

const causes: Readonly<Record<Why, string>> = {
  'no-daemon':
    'No IKE daemon runs and no SA serves them, so every packet that matches is dropped. A daemon that was killed leaves its policies in the kernel.',
  unconfigured:
    'No connection of the configuration has these selectors and no SA serves them: packets that match are dropped, also where another tunnel or the plain route should carry them.',
  wider:
    'These policies take more traffic than the configuration says: what lies beyond the configured selectors goes into this tunnel and not where it belongs. They come from a former configuration, or from a peer that asked for more.',
  hijack: 'They come before policies whose SAs work, by a lower priority number, and no SA serves them: the packets they take are dropped.',
};

function staleLine(stale: readonly XfrmPolicy[], why: Why, all: readonly XfrmPolicy[]): CheckLine {
  const [first] = stale;
  const victims =
    why === 'unconfigured' || why === 'hijack'
      ? stale.flatMap((policy) => victimOf(policy, all, (other) => !stale.includes(other)) ?? [])
      : [];
  const mend = stale.map(deletion);
  return {
    status: why === 'wider' ? 'warn' : 'fail',
    label: LABEL,
    detail: `${stale.length} ${why === 'wider' ? 'wider than configured' : 'without use'}: ${stale.slice(0, 2).map(policyInWords).join('; ')}${stale.length > 2 ? ' …' : ''}`,
    mend,
    finding: hostFinding(check.id, {
      ...(why === 'wider' && { what: 'wider' }),
      ...(why === 'no-daemon' && { what: 'no-daemon' }),
      severity: why === 'wider' ? 'warning' : 'error',
      confidence: why === 'wider' ? 0.7 : 0.85,
      title: `${stale.length === 1 && first !== undefined ? `The policy ${policyInWords(first)} is` : `${stale.length} policies are`} ${why === 'wider' ? 'wider than any connection' : 'left over'}`,
      cause: causes[why],
      evidence: [
        ...stale.slice(0, 6).map((policy) => ({ text: `ip xfrm policy: ${policyInWords(policy)}` })),
        ...victims.slice(0, 2).map((policy) => ({ text: `comes before ${policyInWords(policy)}` })),
      ],
      fix: [
        asRoot(...mend.slice(0, 6).map(({ apply }) => apply)),
        { end: 'ours', text: 'or restart the daemon after "ip xfrm policy flush": the policies of the configuration come back with it' },
      ],
      retest: `vpndoctor verify --only ${check.id}`,
      refs: check.refs,
    }),
  };
}

/** Policies of configured connections whose daemon is gone. */
function waitingLine(policies: readonly XfrmPolicy[]): CheckLine {
  return {
    status: 'fail',
    label: LABEL,
    detail: `${policies.length} without a daemon: ${policies.slice(0, 2).map(policyInWords).join('; ')}${policies.length > 2 ? ' …' : ''}`,
    finding: hostFinding(check.id, {
      what: 'no-daemon',
      severity: 'error',
      confidence: 0.85,
      title: `${policies.length === 1 ? 'A policy drops its traffic' : `${policies.length} policies drop their traffic`} until the daemon comes back`,
      cause: causes['no-daemon'],
      evidence: policies.slice(0, 6).map((policy) => ({ text: `ip xfrm policy: ${policyInWords(policy)}` })),
      fix: [
        { end: 'ours', text: 'start the daemon: it takes them over' },
        {
          end: 'ours',
          text: `or, where the tunnel is given up and its traffic may go out in clear:\n${policies
            .slice(0, 6)
            .map((policy) => deletion(policy).apply)
            .join('\n')}`,
        },
      ],
      retest: `vpndoctor verify --only ${check.id}`,
      dependsOn: ['host/running-stack-stopped'],
      refs: check.refs,
    }),
  };
}

function deletion(policy: XfrmPolicy): Mend {
  const { source, destination, direction, action, priority, mark, ifId, protocol, sourcePort, destinationPort, templates } = policy;
  const selector = [
    `src ${source} dst ${destination}`,
    ...(protocol === undefined ? [] : [`proto ${protocol}`]),
    ...(sourcePort === undefined ? [] : [`sport ${sourcePort}`]),
    ...(destinationPort === undefined ? [] : [`dport ${destinationPort}`]),
  ].join(' ');
  const [value, mask] = (mark ?? '').split('/');
  const narrowed = [
    ...(mark === undefined || value === undefined ? [] : [`mark ${value}${mask === undefined ? '' : ` mask ${mask}`}`]),
    ...(ifId === undefined ? [] : [`if_id ${ifId}`]),
  ].join(' ');
  const wanted = templates.map(
    (tmpl) =>
      `tmpl src ${tmpl.source} dst ${tmpl.destination} proto ${tmpl.protocol} reqid ${tmpl.reqid} mode ${tmpl.mode}${tmpl.optional ? ' level use' : ''}`,
  );
  return {
    comment: `no connection has the policy ${source} > ${destination} ${direction}`,
    apply: ['ip xfrm policy delete', selector, `dir ${direction}`, narrowed].filter((part) => part !== '').join(' '),
    undo: [
      'ip xfrm policy add',
      selector,
      `dir ${direction}`,
      narrowed,
      ...(action === 'block' ? ['action block'] : []),
      `priority ${priority}`,
      ...wanted,
    ]
      .filter((part) => part !== '')
      .join(' '),
  };
}
