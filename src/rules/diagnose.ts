import type { CaptureFacts } from '../model/capture-facts.js';
import type { Finding, Severity } from '../model/finding.js';
import { rules } from './index.js';
import type { Rule } from './rule.js';

/** Findings of one code that are kept; the rest is counted. */
const PER_CODE = 20;

/** What `diagnose` found. */
export interface Diagnosis {
  /** Root causes, most important first; what each explains is in its `consequences`. */
  readonly findings: readonly Finding[];
  /** Findings beyond the first twenty of a code. */
  readonly omitted: readonly { readonly code: string; readonly count: number }[];
}

/**
 * Runs the rules over a whole capture. A finding whose root cause (`dependsOn`) stands for the same peers goes under it,
 * unless it is worse than the cause. Order: severity, confidence, first packet.
 */
export function diagnose(facts: CaptureFacts, ruleset: readonly Rule[] = rules): Diagnosis {
  const kept: Finding[] = [];
  const omitted: { code: string; count: number }[] = [];
  for (const rule of ruleset) {
    const { best, more } = bestOf(rule.evaluate(facts));
    kept.push(...best);
    if (more > 0) omitted.push({ code: rule.code, count: more });
  }
  return { findings: putUnderCauses(kept.sort(byImportance)), omitted };
}

/** The twenty most important, without holding more. */
function bestOf(findings: Iterable<Finding>): { readonly best: readonly Finding[]; readonly more: number } {
  const best: Finding[] = [];
  let more = 0;
  for (const finding of findings) {
    const at = best.findIndex((other) => byImportance(finding, other) < 0);
    if (at >= 0) best.splice(at, 0, finding);
    else best.push(finding);
    if (best.length > PER_CODE) {
      best.pop();
      more++;
    }
  }
  return { best, more };
}

const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

function byImportance(a: Finding, b: Finding): number {
  return RANK[a.severity] - RANK[b.severity] || b.confidence - a.confidence || firstFrame(a) - firstFrame(b);
}

function firstFrame({ evidence }: Finding): number {
  return evidence.reduce((first, { frame }) => Math.min(first, frame ?? first), Number.POSITIVE_INFINITY);
}

function putUnderCauses(findings: readonly Finding[]): readonly Finding[] {
  const bySubject = new Map<string, Finding[]>();
  for (const finding of findings) {
    const list = bySubject.get(finding.subject);
    if (list === undefined) bySubject.set(finding.subject, [finding]);
    else list.push(finding);
  }
  const causes = new Map<Finding, Finding>();
  for (const finding of findings) {
    const cause = bySubject
      .get(finding.subject)
      ?.find((other) => other !== finding && finding.dependsOn.includes(other.code) && RANK[other.severity] <= RANK[finding.severity]);
    if (cause !== undefined) causes.set(finding, cause);
  }
  const consequences = new Map<Finding, Finding[]>();
  for (const finding of causes.keys()) {
    const root = rootOf(finding, causes);
    const list = consequences.get(root);
    if (list === undefined) consequences.set(root, [finding]);
    else list.push(finding);
  }
  return findings
    .filter((finding) => !causes.has(finding))
    .map((finding) => {
      const under = consequences.get(finding);
      return under === undefined ? finding : { ...finding, consequences: under };
    });
}

/** `dependsOn` has no circles: a test walks the registry. */
function rootOf(finding: Finding, causes: ReadonlyMap<Finding, Finding>): Finding {
  const cause = causes.get(finding);
  return cause === undefined ? finding : rootOf(cause, causes);
}
