import type { CaptureFacts } from '../model/capture-facts.js';
import type { Finding, Severity } from '../model/finding.js';

/**
 * One diagnosis: what must stand in a capture for it, and what is said then. A rule is pure and looks at the whole
 * capture; its code is `area/slug` and its file `area-slug.ts`. `diagnose` runs them all and puts causes above consequences.
 */
export interface Rule {
  /** `area/slug`, never changed: users and the lab's `expect.json` name it. */
  readonly code: string;
  /** What it is about, without the values of a case. */
  readonly title: string;
  /** The worst it gives. */
  readonly severity: Severity;
  /** `RFC 7296 §2.7`. */
  readonly refs: readonly string[];
  /** Codes that explain this one when they stand for the same peers. */
  readonly dependsOn: readonly string[];
  /** In the order of the capture; lazily, because a hostile capture can hold very many. */
  evaluate(facts: CaptureFacts): Iterable<Finding>;
}

/** What a case adds to its rule. */
export type Particulars = Omit<Finding, 'code' | 'refs' | 'dependsOn' | 'consequences'> & { readonly refs?: readonly string[] };

/** A finding of `rule`. */
export function finding(rule: Rule, { refs, ...particulars }: Particulars): Finding {
  return { code: rule.code, ...particulars, dependsOn: rule.dependsOn, refs: refs ?? rule.refs };
}
