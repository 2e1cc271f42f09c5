import type { Finding } from '../../../model/finding.js';
import { TRANSFORM } from '../../../wire/ike/tables/transforms.js';
import { probeFinding } from '../../shared/finding.js';
import type { ProbeTarget } from '../target.js';
import { groupName } from './algorithms.js';
import { fixes, productOf, proposalLines } from './dialect.js';
import { identityFlag } from './identity-lines.js';
import { acceptsIkev2 } from './ikev2-question.js';
import { type Diagnosis, type Judge, peerOf } from './judge.js';
import { notAccepted, pskMismatch, unanswered, userRefused, wrongName } from './judge-ikev1-authentication.js';
import { malformedProposal, QUICK_MODE, quickModeRefused, silentQuickMode } from './judge-ikev1-quick-mode.js';
import type { ProbeFacts } from './probe-facts.js';

const modern = 'and then a modern one: IKEv1 is historic (RFC 9395)';

/** The peer, or its configuration for us, is for IKEv2 alone. */
function ikev2OnlyDiagnosis(peer: string, what: string): Diagnosis {
  return {
    slug: 'ikev2-only',
    severity: 'error',
    confidence: 0.85,
    title: `${peer} speaks IKEv2 with us, and not IKEv1`,
    cause: `On the same port ${what}, and an IKE_SA_INIT of IKEv2 was answered as by somebody who would go on: the configuration there for this address is for IKEv2 only. That one of IKEv1 with other algorithms stands beside it cannot be excluded from here.`,
    fix: [
      {
        end: 'ours',
        text: 'IKEv2, the better one anyway: without --ikev1; swanctl.conf version = 2; ipsec.conf keyexchange=ikev2 (libreswan ikev2=insist)',
      },
      {
        end: 'theirs',
        text: 'or IKEv1 there: swanctl.conf version = 1 (0 for both); ipsec.conf keyexchange=ikev1 (libreswan ikev2=no); Cisco ASA: crypto ikev1 enable outside',
      },
    ],
    refs: ['RFC 9395'],
  };
}

/** The same where IKEv1 met silence. */
export function ikev2Only(target: ProbeTarget, facts: ProbeFacts, evidence: Finding['evidence']): Finding {
  return probeFinding(target, facts, { ...ikev2OnlyDiagnosis(peerOf(target, facts), 'IKEv1 was not answered'), evidence });
}

const noProposal: Judge = (refusal, target, facts) => {
  const product = productOf(facts.vendorIds);
  const peer = peerOf(target, facts);
  const us = facts.source ?? 'our address';
  if (refusal.exchange === QUICK_MODE) return quickModeRefused(refusal, target, facts);
  const { ikeProposals, localId } = target.tunnel.settings;
  const groups = [
    ...new Set(ikeProposals.flatMap((one) => one.transforms.filter(({ type }) => type === TRANSFORM.KE).map(({ id }) => id))),
  ];
  const aggressive = target.tunnel.ikev1?.exchange === 'aggressive';
  const unasked = aggressive ? groups.slice(1).map(groupName).join(', ') : '';
  if (acceptsIkev2(facts.side.get('v2'))) return ikev2OnlyDiagnosis(peer, `our first message of IKEv1 was refused (${refusal.text})`);
  return {
    slug: 'no-ike-proposal',
    severity: 'error',
    confidence: 0.9,
    title: `${peer} accepts none of our proposals for phase 1`,
    cause: `${unasked === '' ? '' : `Aggressive mode can offer one group, and that was ${groupName(groups[0] ?? 0)}, the first of --ike: ${unasked} was not asked for. `}Most likely first: no common combination of cipher, hash, group and authentication method; then: no configuration for a peer at ${us}, which many daemons refuse with the same notify${aggressive ? '; or it takes main mode only, and aggressive mode offers one group' : '; or it takes IKEv2 or aggressive mode only'}.`,
    fix: [
      ...(unasked === ''
        ? []
        : [
            {
              end: 'ours' as const,
              text: `each group first in --ike, a run each; or at once: vpndoctor probe scan ${target.host} --ikev1${localId === undefined ? '' : ` --id ${identityFlag(localId)}`}`,
            },
          ]),
      ...fixes('theirs', proposalLines(ikeProposals, 'ike', product, 1), 'accept what was offered, '),
      { end: 'theirs', text: `a connection for ${us}: swanctl.conf version = 1, remote_addrs = ${us}; ipsec.conf right=${us}, ikev2=no` },
      { end: 'ours', text: `offer what it has: --ike WORDS; ${modern}` },
    ],
    refs: ['RFC 2409 §5'],
  };
};

/** Diagnoses of what IKEv1 refuses in its own way, by code; the others are those of IKEv2. */
export const ikev1Judges: Readonly<Record<string, Judge>> = {
  'no-proposal-chosen': noProposal,
  'bad-proposal-syntax': malformedProposal,
  'authentication-failed': notAccepted,
  'psk-mismatch': pskMismatch,
  'authentication-unanswered': unanswered,
  'identity-mismatch': wrongName,
  'xauth-refused': userRefused,
  'xauth-required': userRefused,
  'xauth-type': userRefused,
  timeout: silentQuickMode,
};
