import { SEVERITY_RANK } from '../../model/finding-order.js';
import type { ConfigEnd } from '../effective/config-end.js';
import { commonVersion } from '../effective/ike-versions.js';
import { aspects } from './aspects.js';
import type { AspectResult, Mismatch, Row } from './mismatch.js';
import { compareOpenvpn } from './openvpn/compare-openvpn.js';
import { remarkMismatches } from './remark-mismatches.js';

/** What the comparison of one tunnel's two ends gave. */
export interface Comparison {
  readonly ours: ConfigEnd;
  readonly theirs: ConfigEnd;
  readonly rows: readonly Row[];
  /** The worst first, and within that in the order in which a tunnel comes to it. */
  readonly mismatches: readonly Mismatch[];
  readonly verdict: Verdict;
}

/** `perhaps`: only from one side, or only under a condition that a mismatch names. */
export type Answer = 'yes' | 'perhaps' | 'no';

/** The three questions of somebody who waits for a tunnel. */
export interface Verdict {
  readonly comesUp: Answer;
  /** At the first rekey, and after an outage. */
  readonly staysUp: Answer;
  readonly passesTraffic: Answer;
}

/** A tunnel that does not come up passes nothing, whatever else is wrong. */
const BREAKS: Readonly<Record<Mismatch['breaks'], number>> = { up: 0, traffic: 1, rekey: 2, nothing: 3 };

/** Compares two ends of one tunnel. Pure. */
export function compareEnds(ours: ConfigEnd, theirs: ConfigEnd): Comparison {
  const remarks = { rows: [], mismatches: [...remarkMismatches(ours, 'ours'), ...remarkMismatches(theirs, 'theirs')] };
  const either = ours.product === 'openvpn' || theirs.product === 'openvpn';
  const results = either ? [remarks, compareOpenvpn(ours, theirs)] : compareIpsec(ours, theirs, remarks);
  const mismatches = results
    .flatMap((result) => result.mismatches)
    .toSorted((a, b) => SEVERITY_RANK[a.severity] - SEVERITY_RANK[b.severity] || BREAKS[a.breaks] - BREAKS[b.breaks]);
  return { ours, theirs, rows: results.flatMap(({ rows }) => rows), mismatches, verdict: verdictOf(mismatches) };
}

/** What is wrong within a file explains what comes behind; a wrong address explains that as well. */
function compareIpsec(ours: ConfigEnd, theirs: ConfigEnd, remarks: AspectResult): readonly AspectResult[] {
  const pair = { ours, theirs, version: commonVersion(ours, theirs) };
  return aspects.flatMap((aspect) => [aspect.compare(pair), ...(aspect.id === 'peer-address' ? [remarks] : [])]);
}

function verdictOf(mismatches: readonly Mismatch[]): Verdict {
  const answer = (...breaks: readonly Mismatch['breaks'][]): Answer => {
    const found = mismatches.filter((mismatch) => breaks.includes(mismatch.breaks) && mismatch.severity !== 'info');
    return found.some(({ severity }) => severity === 'error') ? 'no' : found.length > 0 ? 'perhaps' : 'yes';
  };
  return { comesUp: answer('up'), staysUp: answer('up', 'rekey'), passesTraffic: answer('up', 'traffic') };
}
