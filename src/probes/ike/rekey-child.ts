import type { ChildSettings } from '../../engine/ike/settings.js';
import type { Refusal } from '../../engine/refusal.js';
import type { Proposal } from '../../wire/ike/payloads/sa.js';
import { TRANSFORM } from '../../wire/ike/tables/transforms.js';
import { probeFinding } from '../shared/finding.js';
import { ping } from '../shared/ping.js';
import { applies, type Outcome, skips } from '../shared/probe.js';
import type { Probe, ProbeContext } from './probe.js';
import { groupName } from './shared/algorithms.js';
import { exchangePatience } from './shared/begin.js';
import { fixes, inDialect, productOf } from './shared/dialect.js';
import { fellSilent, isSilence } from './shared/fell-silent.js';
import { putOff } from './shared/put-off.js';
import { refusalLine, refused } from './shared/refused.js';

const ECHO_PATIENCE = 1500;
/** Groups tried for PFS beside that of the IKE SA: MODP_2048, ECP_256, CURVE25519. */
const USUAL_GROUPS = [31, 19, 14];

/** How one try ended. */
type Attempt = { readonly ok: true } | { readonly ok: false; readonly refusal?: Refusal };

/**
 * Rekeys the CHILD_SA without a new key exchange and with one (PFS): the keys of the first CHILD_SA come from IKE_AUTH without any,
 * so that a disagreement strikes at the first rekeying only (RFC 7296 §1.3.1, §2.17).
 */
export const probe: Probe = {
  id: 'rekey-child',
  title: 'rekey of the CHILD_SA',
  titleOf: ({ tunnel }) => (tunnel.ikev1 === undefined ? 'rekey of the CHILD_SA' : 'rekey of phase 2'),
  after: ['child'],
  plan: (_target, facts) => (facts.child === undefined ? skips('there is no CHILD_SA') : applies),
  async run(context) {
    const { target, facts } = context;
    const { child } = target.tunnel.settings;
    if (child === undefined) return { status: 'skip', text: 'there is no CHILD_SA' };
    if (target.tunnel.ikev1 !== undefined) return rekeyAsIs(context, child);
    const withGroups = hasGroups(child.proposals)
      ? child
      : { ...child, proposals: child.proposals.map((one) => withPfs(one, groups(context))) };
    const start = context.link.now();
    const without = await rekey(context, { ...child, proposals: child.proposals.map(withoutPfs) });
    const withPfsTried = facts.child === undefined ? undefined : await rekey(context, withGroups);
    const silent = [without, withPfsTried].find((attempt) => attempt?.ok === false && isSilence(attempt.refusal));
    const busy = silent !== undefined && !silent.ok && silent.refusal === undefined ? putOff(facts, start) : undefined;
    if (busy !== undefined) return busy;
    if (silent !== undefined && !silent.ok) return fellSilent('rekey-child', silent.refusal, context);
    const outcome = judge(context, without, withPfsTried);
    if (outcome.status === 'fail' || facts.echo === undefined || facts.child === undefined) return outcome;
    const after = await ping(context.link, facts.echo.addresses, 1, ECHO_PATIENCE);
    if (after === undefined || after.received > 0) return { ...outcome, text: `${outcome.text}; echo passes with the new keys` };
    return {
      ...outcome,
      status: 'fail',
      text: `${outcome.text}; no echo passes with the new keys`,
      findings: [
        ...(outcome.findings ?? []),
        probeFinding(target, facts, {
          slug: 'silent-after-rekey',
          severity: 'error',
          confidence: 0.85,
          title: 'Traffic stops when the CHILD_SA is rekeyed',
          cause:
            'Echo passed before, the rekeying succeeded, and with the new SA nothing comes back: the peer goes on with the old one, or did not install the new one.',
          evidence: [{ text: `step rekey-child: ${after.text}` }],
          fix: [{ end: 'theirs', text: 'swanctl --list-sas, ip xfrm state: is the new SPI there? its log at that moment' }],
          refs: ['RFC 7296 §2.8'],
        }),
      ],
    };
  },
};

/** IKEv1 compares groups with the first quick mode already: there is nothing more to find out. */
async function rekeyAsIs(context: ProbeContext, child: ChildSettings): Promise<Outcome> {
  const attempt = await rekey(context, child);
  if (!attempt.ok) {
    return isSilence(attempt.refusal) || attempt.refusal === undefined
      ? fellSilent('rekey-child', attempt.refusal, context)
      : refused('rekey-child', attempt.refusal, context);
  }
  return { status: 'pass', text: hasGroups(child.proposals) ? 'with PFS, as before' : 'without PFS, as before' };
}

async function rekey({ facts, link, target }: ProbeContext, child: ChildSettings): Promise<Attempt> {
  const spiIn = facts.child?.spiIn;
  if (spiIn === undefined) return { ok: false };
  const rekeys = facts.childRekeys;
  const refusals = facts.childRefusals.length;
  link.command({ kind: 'rekey-child', spiIn, child, ...(facts.sa && { sa: facts.sa }) });
  const settled = () =>
    facts.childRekeys > rekeys || facts.childRefusals.length > refusals || facts.down !== undefined || facts.takenDown !== undefined;
  await link.waitFor(settled, exchangePatience({ target }));
  if (facts.childRekeys > rekeys) return { ok: true };
  const refusal = facts.childRefusals.length > refusals ? facts.childRefusals.at(-1)?.refusal : facts.refusal;
  return { ok: false, ...(refusal === undefined ? {} : { refusal }) };
}

function judge(context: ProbeContext, without: Attempt, withPfs: Attempt | undefined): Outcome {
  const { target, facts } = context;
  const { child } = target.tunnel.settings;
  if (without.ok && withPfs?.ok === true) return { status: 'pass', text: 'without and with PFS' };
  const refusal = (!without.ok ? without.refusal : undefined) ?? (withPfs?.ok === false ? withPfs.refusal : undefined);
  if (!without.ok && withPfs?.ok !== true) {
    return refusal === undefined ? { status: 'fail', text: 'no answer' } : refused('rekey-child', refusal, context);
  }
  const needsPfs = !without.ok;
  const text = needsPfs ? 'with PFS only; without it refused' : 'without PFS only; with it refused';
  const details = refusal === undefined ? [] : [refusalLine(refusal)];
  // What the flags say of groups is what the gateway behind them would do at its first rekeying.
  const configured = target.tunnel.childGiven;
  const wouldFail = configured && hasGroups(child?.proposals ?? []) !== needsPfs;
  if (!wouldFail) return { status: 'pass', text, details };
  const group = facts.proposal?.chosen.transforms.find(({ type }) => type === TRANSFORM.KE)?.id ?? USUAL_GROUPS[0] ?? 31;
  const word = groupName(group).toLowerCase().replace('_', '');
  const product = productOf(facts.vendorIds);
  return {
    status: 'fail',
    text,
    details,
    findings: [
      probeFinding(target, facts, {
        slug: 'rekey-pfs-mismatch',
        severity: 'error',
        confidence: 0.93,
        title: needsPfs
          ? 'The peer wants PFS and our ESP proposals have no group: the tunnel will fail at its first rekeying'
          : 'Our ESP proposals have a group and the peer takes none: the tunnel will fail at its first rekeying',
        cause: `The tunnel comes up, because the keys of the first CHILD_SA come from IKE_AUTH without a key exchange of their own. At the first rekeying, hours later, the groups are compared for the first time, and ${text}. Traffic then stops until somebody brings the tunnel up again.`,
        evidence: [{ text: `step rekey-child: ${text}` }, ...details.map((line) => ({ text: line }))],
        fix: needsPfs
          ? [
              { end: 'ours', text: `a group in ESP: swanctl.conf esp_proposals = …-${word}; ipsec.conf pfs=yes esp=…;${word}; here --pfs` },
              ...fixes(
                'theirs',
                inDialect(
                  [
                    'swanctl.conf: esp_proposals without a group beside those with one',
                    'ipsec.conf: pfs=no',
                    'Cisco ASA: no crypto map … set pfs',
                  ],
                  product,
                ),
              ),
            ]
          : [
              { end: 'ours', text: 'no group in ESP: swanctl.conf esp_proposals without one; ipsec.conf pfs=no; here without --pfs' },
              ...fixes(
                'theirs',
                inDialect(
                  [
                    `swanctl.conf: esp_proposals = …-${word}`,
                    `ipsec.conf: pfs=yes esp=…;${word}`,
                    'Cisco ASA: crypto map … set pfs group…',
                  ],
                  product,
                ),
              ),
            ],
        refs: ['RFC 7296 §1.3.1', 'RFC 7296 §2.17'],
      }),
    ],
  };
}

/** That of the IKE SA first: the peer has it. */
function groups({ facts }: ProbeContext): readonly number[] {
  const chosen = facts.proposal?.chosen.transforms.find(({ type }) => type === TRANSFORM.KE)?.id;
  return [...new Set([...(chosen === undefined ? [] : [chosen]), ...USUAL_GROUPS])];
}

function hasGroups(proposals: readonly Proposal[]): boolean {
  return proposals.some(({ transforms }) => transforms.some(({ type, id }) => type === TRANSFORM.KE && id !== 0));
}

function withoutPfs(proposal: Proposal): Proposal {
  return { ...proposal, transforms: proposal.transforms.filter(({ type }) => type !== TRANSFORM.KE && type < TRANSFORM.ADDKE1) };
}

function withPfs(proposal: Proposal, ids: readonly number[]): Proposal {
  return { ...proposal, transforms: [...proposal.transforms, ...ids.map((id) => ({ type: TRANSFORM.KE, id, attributes: [] }))] };
}
