import type { Finding } from '../../../model/finding.js';
import type { ProbeTarget } from '../target.js';
import type { ProbeFacts } from './probe-facts.js';

/** What a case adds; `evidence` of a step names it. */
export type Particulars = Omit<Finding, 'code' | 'subject' | 'dependsOn' | 'consequences' | 'retest'> & {
  /** `no-ike-proposal`: `probe/` goes in front. */
  readonly slug: string;
  readonly dependsOn?: readonly string[];
  readonly retest?: string;
};

/** A finding about the pair of addresses that is probed. */
export function probeFinding(target: ProbeTarget, facts: ProbeFacts, { slug, dependsOn, retest, ...particulars }: Particulars): Finding {
  return {
    code: `probe/${slug}`,
    subject: `${facts.source ?? 'this host'} - ${facts.address ?? target.host}`,
    dependsOn: dependsOn ?? [],
    retest: retest ?? `vpndoctor probe peer ${target.host} with the same flags`,
    ...particulars,
  };
}
