import type { Comparison } from '../config/compare/compare-ends.js';
import { comparisonFindings } from '../config/compare/comparison-findings.js';
import { withoutConsequences } from '../config/compare/consequences.js';
import { correctionsOf } from '../config/compare/corrections.js';
import type { ReadConfig } from '../config/read-config.js';
import type { Connection } from '../model/connection.js';
import type { ConfigComparison } from './config-comparison.js';
import { toJson } from './json-record.js';

/** The one object of `config compare --json` (design.md §4). */
export function compareRecord({ ours, theirs, tunnels, oursAlone, theirsAlone }: ConfigComparison): object {
  return {
    schema: 'vpndoctor/config-compare/1',
    ours: configRecord(ours),
    theirs: configRecord(theirs),
    tunnels: tunnels.map(tunnelRecord),
    unpaired: { ours: oursAlone.map(placeRecord), theirs: theirsAlone.map(placeRecord) },
    findings: tunnels.flatMap(comparisonFindings).map(toJson),
  };
}

/** Whose configuration it is, and how sure that is. */
export function configRecord({ file, language, product, version, sure, files }: ReadConfig): object {
  return { file, language, product, ...(version !== undefined && { version }), sure, files };
}

function placeRecord({ name, file, line }: Connection): object {
  return { name, file, line };
}

function tunnelRecord(tunnel: Comparison): object {
  const { ours, theirs, verdict, rows, mismatches } = tunnel;
  return {
    ours: placeRecord(ours.connection),
    theirs: placeRecord(theirs.connection),
    verdict: { comes_up: verdict.comesUp, stays_up: verdict.staysUp, passes_traffic: verdict.passesTraffic },
    rows,
    corrections: withoutConsequences(mismatches).flatMap((mismatch) => correctionsOf(tunnel, mismatch)),
  };
}
