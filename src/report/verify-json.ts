import type { Check } from '../checks/check.js';
import { toJson } from './json-record.js';
import { type VerifyReport, verdictOf } from './verify-report.js';

/** The one object of `verify --json` (design.md §4). */
export function verifyRecord(report: VerifyReport): object {
  const { host, results, findings } = report;
  return {
    schema: 'vpndoctor/verify/1',
    host: { name: host.name, kernel: host.kernel, source: host.source, time: host.time.toISOString(), root: host.root },
    checks: results.flatMap(({ check, lines }) =>
      lines.map(({ status, label, detail, finding }) => ({
        id: check.id,
        group: check.group,
        status,
        label,
        detail,
        ...(finding === undefined ? {} : { finding: finding.code }),
      })),
    ),
    findings: findings.map(toJson),
    verdict: verdictOf(report),
  };
}

/** The one object of `verify --list --json`. */
export function checkListRecord(checks: readonly Check[]): object {
  return {
    schema: 'vpndoctor/verify-list/1',
    checks: checks.map(({ id, group, title, reads, refs }) => ({ id, group, title, reads, refs })),
    findings: [],
  };
}
