import { EnvironmentError } from '../../bytes/errors.js';
import type { Finding } from '../../model/finding.js';
import { describeVendorId } from '../../wire/ike/vendor-ids.js';
import { probeFinding } from '../shared/finding.js';
import { applies, type Outcome } from '../shared/probe.js';
import type { Probe, ProbeContext } from './probe.js';
import { chosenText, groupName, weaknessesOf } from './shared/algorithms.js';
import { begin, exchangePatience } from './shared/begin.js';
import { fixes, productOf, proposalLines } from './shared/dialect.js';
import { acceptsIkev1 } from './shared/ikev1-question.js';
import { beginWithOldGroups, GROUP_UNKNOWN } from './shared/old-groups.js';
import { inTheOtherMode } from './shared/other-mode.js';
import { askIkev1, askIkev2, goOnInIkev1 } from './shared/other-version.js';
import { refusalLine, refused } from './shared/refused.js';
import { otherWayOfIkev1 } from './shared/silent-ikev1.js';
import { strongerThan } from './shared/stronger.js';

/** Part of the patience for the question whether the peer would rather speak the other version. */
const FOLLOW_UP = 0.3;

/** The first exchange: cookie, group and proposal (RFC 7296 §1.2). */
export const probe: Probe = {
  id: 'ike-sa-init',
  title: 'IKE_SA_INIT',
  titleOf: ({ tunnel }) => (tunnel.ikev1 === undefined ? 'IKE_SA_INIT' : 'phase 1 proposal'),
  after: ['route'],
  afterAny: ['udp-500', 'udp-4500'],
  plan: () => applies,
  async run(context) {
    const { target, facts, link } = context;
    const over = target.ports.tcp !== undefined ? 'tcp' : facts.steps.get('udp-500')?.status === 'fail' ? 'natt' : 'ike';
    try {
      await begin(context, over);
    } catch (error) {
      if (over !== 'tcp' || !(error instanceof EnvironmentError)) throw error;
      return noConnection(context, error);
    }
    await link.waitFor(() => facts.proposal !== undefined || facts.down !== undefined, exchangePatience(context));
    if (facts.down?.refusal?.notify === GROUP_UNKNOWN && (await beginWithOldGroups(context)) && facts.proposal !== undefined) {
      const outcome = chosen(context, facts.proposal);
      return { ...outcome, text: `${outcome.text}; our first group was refused as ${GROUP_UNKNOWN}, as Openswan does with curves` };
    }
    const { proposal, down } = facts;
    if (proposal !== undefined) return chosen(context, proposal);
    if (down?.refusal !== undefined) {
      const { code } = down.refusal;
      let other: Finding | undefined;
      const ofTheVersion = code === 'no-proposal-chosen' || code === 'invalid-major-version';
      const patience = target.patience.patience * FOLLOW_UP;
      if (ofTheVersion && target.tunnel.ikev1 !== undefined) await askIkev2(context, patience);
      else if (ofTheVersion) {
        const asked = await askIkev1(context, patience);
        if (acceptsIkev1(asked) && goOnInIkev1(context)) {
          const outcome = await probe.run(context);
          const said = `IKEv2 was refused: ${refusalLine(down.refusal)}`;
          return {
            ...outcome,
            text: `IKEv1: ${outcome.text}`,
            details: [...(outcome.details ?? []), `${said}; --ikev2 says more of that`],
          };
        }
        const { ikev1Instead } = target;
        if (ikev1Instead !== undefined && asked?.kind === 'silent')
          other = await otherWayOfIkev1(context, ikev1Instead, [{ text: `step ike-sa-init: ${refusalLine(down.refusal)}` }], patience);
      }
      const plain = refused('ike-sa-init', down.refusal, context);
      const outcome = code === 'authentication-failed' ? await inTheOtherMode(context, plain, down.refusal) : plain;
      const details = [...(outcome.details ?? []), ...wayLines(context)];
      if (other === undefined) return { ...outcome, details };
      return { ...outcome, text: `${outcome.text}; IKEv1 is answered with another method or mode`, details, findings: [other] };
    }
    return { status: 'fail', text: 'no answer that could be used', details: wayLines(context) };
  },
};

/** TCP itself does not come about: that is the peer's answer, or the way's. */
function noConnection({ target, facts }: ProbeContext, { message, hint }: EnvironmentError): Outcome {
  const finding = probeFinding(target, facts, {
    slug: 'tcp-unreachable',
    severity: 'error',
    confidence: 0.95,
    title: message,
    cause: `IKE over TCP begins with a connection, and there is none${hint === undefined ? '' : `: ${hint}`}. Few gateways offer it, mostly for networks that let no UDP through.`,
    evidence: [{ text: `step ike-sa-init: ${message}` }],
    fix: [
      { end: 'theirs', text: `enable IKE over TCP there, and let TCP port ${target.ports.tcp} in: ss -ltn 'sport = :${target.ports.tcp}'` },
      { end: 'ours', text: 'without --tcp over UDP, where the network lets it out' },
    ],
    refs: ['RFC 9329 §3'],
  });
  return { status: 'fail', text: message, findings: [finding] };
}

function chosen(context: ProbeContext, { chosen: proposal, offered }: NonNullable<ProbeContext['facts']['proposal']>): Outcome {
  const { target, facts } = context;
  const weak = weaknessesOf(proposal);
  const notes = [
    ...(facts.cookies > 0 ? [`cookie demanded${facts.cookies > 1 ? ` ${facts.cookies} times` : ''}`] : []),
    ...facts.groupRetries.map(({ offered: first, wanted }) => `${groupName(first)} refused for ${groupName(wanted)}`),
  ];
  const text = [chosenText(proposal), ...notes].join('; ');
  const details = wayLines(context);
  const milliseconds = (facts.proposal?.at ?? 0) - (facts.initiatedAt ?? 0);
  if (weak.length === 0) return { status: 'pass', text, details, milliseconds };
  const broken = weak.some(({ grade }) => grade === 'broken');
  const stronger = strongerThan(offered, 'ike');
  const product = productOf(facts.vendorIds);
  const v1 = target.tunnel.ikev1 !== undefined;
  const better = proposalLines(stronger.proposals, 'ike', product, v1 ? 1 : 2);
  const whose = stronger.offered
    ? 'Stronger ones were offered in front of them and not taken, so that the peer is configured for these.'
    : 'Nothing stronger was offered.';
  return {
    status: 'warn',
    milliseconds,
    text: `${text} (weak: ${weak.map(({ name }) => name).join(', ')})`,
    details,
    findings: [
      probeFinding(target, facts, {
        slug: 'weak-ike-algorithms',
        severity: 'warning',
        confidence: broken ? 0.95 : 0.85,
        title: `The peer chose ${weak.map(({ name }) => name).join(', ')} for the IKE SA`,
        cause: `${weak.map(({ name, why }) => `${name}: ${why}.`).join(' ')} ${whose}`,
        evidence: [{ text: `step ike-sa-init: chosen ${chosenText(proposal)}` }],
        fix: [
          ...fixes('theirs', better, 'configure a stronger one, '),
          ...(v1
            ? fixes('either', proposalLines(strongerThan([], 'ike').proposals, 'ike', product), 'or IKEv2, which took the place of IKEv1, ')
            : []),
        ],
        refs: ['RFC 8247 §2', 'RFC 9395 §3'],
      }),
    ],
  };
}

/** What the peer said of itself. */
function wayLines({ facts }: ProbeContext): readonly string[] {
  const vendors = facts.vendorIds.map((id) => {
    const { name, detail } = describeVendorId(id);
    return detail === undefined ? name : `${name} (${detail})`;
  });
  return [
    ...(vendors.length === 0 ? [] : [`vendor ids: ${vendors.join(', ')}`]),
    ...(facts.supports.size === 0 ? [] : [`the peer supports: ${[...facts.supports].join(', ')}`]),
  ];
}
