import type { CaptureFacts } from '../model/capture-facts.js';
import type { Finding } from '../model/finding.js';
import { byImportance, putUnderCauses } from '../model/finding-order.js';
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
 * unless it is worse than the cause. Order: severity, confidence, first packet. Sessions that only ask are left out: a probe asks what
 * is refused.
 */
export function diagnose(all: CaptureFacts, ruleset: readonly Rule[] = rules): Diagnosis {
  const facts = withoutQuestions(all);
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

function withoutQuestions(all: CaptureFacts): CaptureFacts {
  const meant = ({ question }: { readonly question?: true }) => question !== true;
  if (all.sessions.every(meant) && all.openvpn.every(meant)) return all;
  return { ...all, sessions: all.sessions.filter(meant), openvpn: all.openvpn.filter(meant) };
}
