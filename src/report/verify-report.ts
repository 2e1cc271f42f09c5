import { count } from '../bytes/count.js';
import type { CheckResult } from '../checks/run-checks.js';
import type { Finding } from '../model/finding.js';
import type { Status } from '../model/status.js';

/** Who was looked at. */
export interface VerifiedHost {
  readonly name: string;
  /** `Linux 6.1.0-28-amd64`. */
  readonly kernel: string;
  /** `live`, or the path of the bundle. */
  readonly source: string;
  readonly time: Date;
  /** Looked as root. */
  readonly root: boolean;
}

/** One run of `verify`, before it is printed. */
export interface VerifyReport {
  readonly host: VerifiedHost;
  readonly results: readonly CheckResult[];
  readonly findings: readonly Finding[];
}

export interface Verdict {
  /** The worst: fail before warn; `unknown` when nothing at all could be judged. */
  readonly status: Status;
  /** One line. */
  readonly text: string;
  readonly counts: Readonly<Record<Status, number>>;
}

/** The sum of a run in one line. */
export function verdictOf({ results, host }: VerifyReport): Verdict {
  const counts: Record<Status, number> = { pass: 0, warn: 0, fail: 0, skip: 0, unknown: 0 };
  for (const { lines } of results) for (const { status } of lines) counts[status]++;
  const status: Status = counts.fail > 0 ? 'fail' : counts.warn > 0 ? 'warn' : counts.pass > 0 || counts.unknown === 0 ? 'pass' : 'unknown';
  const problems = [counted(counts.fail, 'failed', 'failed'), counted(counts.warn, 'warning', 'warnings')].filter((part) => part !== '');
  const rest = [
    counted(counts.pass, 'passed', 'passed'),
    counted(counts.skip, 'does not apply', 'do not apply'),
    counts.unknown === 0 ? '' : `${counts.unknown} could not be seen${host.root ? '' : ' (not root)'}`,
  ].filter((part) => part !== '');
  const head = problems.length > 0 ? problems.join(', ') : status === 'unknown' ? 'nothing could be judged' : 'nothing wrong found';
  return { status, text: rest.length === 0 ? head : `${head}; ${rest.join(', ')}`, counts };
}

function counted(number: number, one: string, many: string): string {
  return number === 0 ? '' : count(number, one, many);
}
