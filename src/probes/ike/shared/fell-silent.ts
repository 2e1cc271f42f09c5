import type { Refusal } from '../../../engine/refusal.js';
import { probeFinding } from '../../shared/finding.js';
import type { Outcome } from '../../shared/probe.js';
import type { ProbeContext } from '../probe.js';
import type { ProbeId } from '../probe-ids.js';
import { refusalLine } from './refused.js';
import { statelessQuestion } from './stateless-question.js';

const PATIENCE = 2000;

/**
 * An IKE SA that was up is not answered any more: a question from a stranger tells a peer that has forgotten it from one that is gone.
 */
export async function fellSilent(id: ProbeId, refusal: Refusal | undefined, { target, facts, link }: ProbeContext): Promise<Outcome> {
  const path = facts.sent.at(-1)?.path ?? link.paths.natt ?? link.paths.ike;
  const asks = path !== undefined && path.channel !== 'tcp' && !link.signal.aborted;
  const answer = asks ? await link.ask(path, statelessQuestion(link.random), Math.min(target.patience.patience, PATIENCE)) : undefined;
  const line = refusal === undefined ? 'not answered' : refusalLine(refusal);
  const evidence = [{ text: `step ${id}: ${line}` }];
  const dpd = {
    end: 'ours' as const,
    text: 'dead peer detection finds this by itself: swanctl.conf dpd_delay = 30s; ipsec.conf dpddelay=30 dpdaction=restart',
  };
  if (answer?.kind === 'answered' || refusal?.notify === 'INVALID_IKE_SPI') {
    const text = `${line}, while the peer answers whoever begins anew`;
    return {
      status: 'fail',
      text,
      findings: [
        probeFinding(target, facts, {
          slug: 'peer-restarted',
          severity: 'error',
          confidence: 0.85,
          title: `${facts.address} has forgotten the IKE SA`,
          cause: `It answered everything before and answers nothing in this IKE SA now, but a new IKE_SA_INIT from the same port at once${refusal?.notify === 'INVALID_IKE_SPI' ? ', and said INVALID_IKE_SPI' : ''}: its daemon was restarted, failed over to another machine, or deleted the SA without telling. Many daemons (strongSwan among them) say nothing to messages of SAs they do not know.`,
          evidence: [...evidence, ...(answer?.kind === 'answered' ? [{ text: 'an IKE_SA_INIT on the same way was answered' }] : [])],
          fix: [{ end: 'theirs', text: 'what happened then: journalctl -u strongswan -u ipsec --since -10min' }, dpd],
          refs: ['RFC 7296 §2.4', 'RFC 6290'],
        }),
      ],
    };
  }
  return {
    status: 'fail',
    text: line,
    findings: [
      probeFinding(target, facts, {
        slug: 'peer-went-silent',
        severity: 'error',
        confidence: 0.8,
        title: `${facts.address} fell silent after the tunnel was up`,
        cause:
          'It answered everything before and nothing now, not even a new IKE_SA_INIT: it is down, the path or a NAT mapping went away, or a firewall limits how long or how much may pass.',
        evidence: [...evidence, ...(answer === undefined ? [] : [{ text: `an IKE_SA_INIT on the same way: ${answer.kind}` }])],
        fix: [{ end: 'theirs', text: 'is it up? its log: journalctl -u strongswan -u ipsec --since -10min' }, dpd],
        refs: ['RFC 7296 §2.4'],
      }),
    ],
  };
}

/** Whether a refusal is nobody's word but silence. */
export function isSilence(refusal: Refusal | undefined): boolean {
  return refusal === undefined || refusal.by === 'nobody';
}
