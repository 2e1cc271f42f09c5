import type { Finding, Severity } from './finding.js';

/** The worst first. */
export const SEVERITY_RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** Order of findings: severity, confidence, first packet. */
export function byImportance(a: Finding, b: Finding): number {
  return SEVERITY_RANK[a.severity] - SEVERITY_RANK[b.severity] || b.confidence - a.confidence || firstFrame(a) - firstFrame(b);
}

function firstFrame({ evidence }: Finding): number {
  return evidence.reduce((first, { frame }) => Math.min(first, frame ?? first), Number.POSITIVE_INFINITY);
}

/**
 * Puts each finding whose cause (`dependsOn`) stands for the same subject under that cause, unless it is worse than it.
 * @param wide the subject of findings that explain those of every other subject
 */
export function putUnderCauses(findings: readonly Finding[], wide?: string): readonly Finding[] {
  const bySubject = new Map<string, Finding[]>();
  for (const finding of findings) {
    const list = bySubject.get(finding.subject);
    if (list === undefined) bySubject.set(finding.subject, [finding]);
    else list.push(finding);
  }
  const everywhere = wide === undefined ? [] : (bySubject.get(wide) ?? []);
  const causes = new Map<Finding, Finding>();
  for (const finding of findings) {
    if (finding.dependsOn.length === 0) continue;
    const cause = [...(bySubject.get(finding.subject) ?? []), ...everywhere].find(
      (other) =>
        finding.dependsOn.includes(other.code) &&
        SEVERITY_RANK[other.severity] <= SEVERITY_RANK[finding.severity] &&
        rootOf(other, causes) !== finding,
    );
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

/** Ends: nothing is put under what stands below it already. */
function rootOf(finding: Finding, causes: ReadonlyMap<Finding, Finding>): Finding {
  const cause = causes.get(finding);
  return cause === undefined ? finding : rootOf(cause, causes);
}
