import type { HostFacts } from '../host/host-facts.js';
import type { Finding } from '../model/finding.js';
import { byImportance, putUnderCauses, SEVERITY_RANK } from '../model/finding-order.js';
import type { Check, CheckLine } from './check.js';
import { THIS_HOST } from './shared/finding.js';
import { strikeRank } from './shared/strike-order.js';

/** What one check said. */
export interface CheckResult {
  readonly check: Check;
  readonly lines: readonly CheckLine[];
}

/** A second look at the same host, for counters. */
export interface LaterLook {
  readonly facts: HostFacts;
  readonly seconds: number;
}

/**
 * Runs checks side by side over one host. A check that fails us says so in a line of its own instead of taking the others with it.
 * @param later looks again, once, after the first facts of checks that judge a change are there
 */
export async function runChecks(
  checks: readonly Check[],
  host: HostFacts,
  later?: () => Promise<LaterLook>,
): Promise<readonly CheckResult[]> {
  const watched = later === undefined ? [] : checks.filter((check) => check.judgeChange !== undefined);
  const before = new Map(await Promise.all(watched.map(async (check) => [check, await settle(check.facts(host))] as const)));
  const looks = watched.length === 0 ? undefined : later?.();
  const results = await Promise.all(
    checks.map(async (check): Promise<CheckResult> => {
      try {
        const lines = before.has(check) ? await changeLines(check, before.get(check), await looks) : check.judge(await check.facts(host));
        return { check, lines };
      } catch (error) {
        return { check, lines: [{ status: 'unknown', label: check.title, detail: `a fault of vpndoctor itself: ${error}` }] };
      }
    }),
  );
  return results;
}

type Settled = { readonly facts: unknown } | { readonly error: unknown };

/** A rejection that nobody awaits yet would end the process. */
async function settle(facts: Promise<unknown>): Promise<Settled> {
  try {
    return { facts: await facts };
  } catch (error) {
    return { error };
  }
}

async function changeLines(check: Check, before: Settled | undefined, look: LaterLook | undefined): Promise<readonly CheckLine[]> {
  if (before === undefined || look === undefined) return [];
  if ('error' in before) throw before.error;
  return check.judgeChange?.(before.facts, await check.facts(look.facts), look.seconds) ?? [];
}

/** The findings of a run, each once, the worst first and of those the one that strikes first, with what each explains under it. */
export function findingsOf(results: readonly CheckResult[]): readonly Finding[] {
  const ranks = new Map<Finding, number>();
  for (const { check, lines } of results) {
    for (const { finding } of lines) if (finding !== undefined) ranks.set(finding, strikeRank(check.id));
  }
  const rank = (finding: Finding) => ranks.get(finding) ?? 0;
  const order = (a: Finding, b: Finding) =>
    SEVERITY_RANK[a.severity] - SEVERITY_RANK[b.severity] || rank(a) - rank(b) || byImportance(a, b);
  return putUnderCauses([...ranks.keys()].sort(order), THIS_HOST);
}
