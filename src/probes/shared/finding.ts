import type { Finding } from '../../model/finding.js';

/** What a case adds; `evidence` of a step names it. */
export type Particulars = Omit<Finding, 'code' | 'subject' | 'dependsOn' | 'consequences' | 'retest'> & {
  /** `no-ike-proposal`: `probe/` goes in front. */
  readonly slug: string;
  readonly dependsOn?: readonly string[];
  readonly retest?: string;
};

/** Who is probed, as written. */
export interface Probed {
  readonly host: string;
  /** What stood behind `probe peer` in its place: a configuration, as words of a shell. */
  readonly asked?: string;
}

/** Between which addresses, as far as that is known. */
export interface ProbedAddresses {
  readonly address?: string;
  readonly source?: string;
}

/** A finding about the pair of addresses that is probed. */
export function probeFinding(target: Probed, facts: ProbedAddresses, { slug, dependsOn, retest, ...particulars }: Particulars): Finding {
  return {
    code: `probe/${slug}`,
    subject: `${facts.source ?? 'this host'} - ${facts.address ?? target.host}`,
    dependsOn: dependsOn ?? [],
    retest: retest ?? `vpndoctor probe peer ${target.asked ?? target.host} with the same flags`,
    ...particulars,
  };
}
